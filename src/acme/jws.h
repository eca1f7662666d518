#pragma once
/// The signed requests of ACME (RFC 8555 §6.2): JWS in flattened JSON form, ES256. Pure but for the signature's
/// randomness.
#include <string>
#include <string_view>

#include "base/error.h"
#include "crypto/key.h"

namespace acme {

/// The public half as a JWK (RFC 7517), members in the order of RFC 7638 §3.
base::Result<std::string> jwk(const crypto::PrivateKey& key);

/// base64url of the SHA-256 of the JWK (RFC 7638).
base::Result<std::string> thumbprint(const crypto::PrivateKey& key);

/// `<token>.<thumbprint of the account key>` (RFC 8555 §8.1).
base::Result<std::string> key_authorization(std::string_view token, const crypto::PrivateKey& account_key);

struct Envelope {
    std::string url;
    std::string nonce;
    std::string account;  ///< "kid"; empty: the key itself is sent ("jwk"), as newAccount wants it
};

/// The body of a request with `payload` (JSON text, or empty for POST-as-GET, §6.3).
base::Result<std::string> sign(const Envelope& envelope, std::string_view payload,
                               const crypto::PrivateKey& account_key);

}  // namespace acme
