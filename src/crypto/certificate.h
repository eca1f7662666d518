#pragma once
/// X.509 certificates as values (RFC 5280), and making requests and self-signed ones.
#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.h"
#include "base/clock.h"
#include "base/error.h"
#include "crypto/key.h"

namespace crypto {

struct Certificate {
    std::string subject;             ///< "CN=mail.example.org"
    std::string issuer;              ///< "CN=R11,O=Let's Encrypt,C=US"
    std::vector<std::string> names;  ///< dNSName entries, lower case (RFC 5280 §4.2.1.6)
    base::SystemTime not_before, not_after;
    std::string serial;            ///< the octets of the DER INTEGER, as ARI wants it (RFC 9773 §4.1)
    std::string authority_key_id;  ///< octets of keyIdentifier (RFC 5280 §4.2.1.1); may be empty
    std::string public_key;        ///< DER, comparable with PrivateKey::public_key()
    std::string fingerprint;       ///< SHA-256 of the DER, hexadecimal
    std::string pem;
    bool operator==(const Certificate&) const = default;
};

/// The certificates of a PEM text in their order (the server's own first), at least one, at most 10.
base::Result<std::vector<Certificate>> parse_chain(std::string_view pem);

/// The certificates as one PEM text.
std::string chain_pem(std::span<const Certificate> chain);

/// Whether this is the key of this certificate.
bool matches(const Certificate& certificate, const PrivateKey& key);

/// Whether a client that connects to `host` accepts the name: a dNSName entry equals it, or is a wildcard for exactly
/// its first label (RFC 9525 §6.3).
bool valid_for(const Certificate& certificate, const base::Hostname& host);

/// A certificate for `names` (the first is the subject) signed by its own key, as PEM.
base::Result<std::string> self_signed(const PrivateKey& key, std::span<const base::Hostname> names,
                                      base::SystemTime not_before, std::chrono::days lifetime);

/// A certificate signing request for `names` (RFC 2986), as DER.
base::Result<std::string> signing_request(const PrivateKey& key, std::span<const base::Hostname> names);

}  // namespace crypto
