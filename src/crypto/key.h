#pragma once
/// Private keys: making, reading, writing, and the one signature ACME needs. Values; copies share the same key.
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/secret.h"

struct evp_pkey_st;

namespace crypto {

enum class KeyKind { ec_p256, rsa, ed25519, other };

/// The public half of a P-256 key as JOSE writes it (RFC 7518 §6.2.1): 32 octets each.
struct EcPoint {
    std::string x, y;
};

class PrivateKey {
  public:
    static base::Result<PrivateKey> generate_ec_p256();
    static base::Result<PrivateKey> generate_rsa(unsigned bits = 2048);
    static base::Result<PrivateKey> generate_ed25519();
    /// From the 32 octets an Ed25519 key begins as (RFC 8032 §5.1.5).
    static base::Result<PrivateKey> from_ed25519_seed(std::string_view seed);
    /// Reads the first private key of a PEM text, in whatever form OpenSSL knows; one with a passphrase is an error.
    static base::Result<PrivateKey> parse(std::string_view pem);

    KeyKind kind() const;
    int bits() const;
    /// PKCS #8, as PEM.
    base::Result<base::Secret> pem() const;
    /// DER of the public half (SubjectPublicKeyInfo, RFC 5280 §4.1.2.7).
    std::string public_key() const;

    /// The 32 octets from_ed25519_seed() takes. Only for Ed25519.
    base::Result<base::Secret> seed() const;
    /// The 32 octets of the public half as they are. Only for Ed25519.
    base::Result<std::string> raw_public_key() const;

    /// Only for P-256.
    base::Result<EcPoint> point() const;
    /// ES256 as JOSE writes it (RFC 7518 §3.4): r and s, 32 octets each. Only for P-256.
    base::Result<std::string> sign_es256(std::string_view octets) const;

    /// OpenSSL's own object, for the other files of this folder.
    evp_pkey_st* handle() const { return key_.get(); }

  private:
    explicit PrivateKey(std::shared_ptr<evp_pkey_st> key) : key_(std::move(key)) {}
    std::shared_ptr<evp_pkey_st> key_;
};

}  // namespace crypto
