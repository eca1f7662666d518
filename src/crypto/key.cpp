#include "crypto/key.h"

#include <openssl/core_names.h>
#include <openssl/pem.h>

#include "crypto/owned.h"

namespace crypto {
namespace {

constexpr int coordinate_octets = 32;
constexpr std::size_t ed25519_octets = 32;

/// There is nobody to ask: a key with a passphrase cannot be read.
int no_passphrase(char*, int, int, void*) {
    return -1;
}

std::string padded(const BIGNUM* number) {
    std::string octets(coordinate_octets, '\0');
    BN_bn2binpad(number, reinterpret_cast<unsigned char*>(octets.data()), coordinate_octets);
    return octets;
}

base::Result<std::string> coordinate(EVP_PKEY* key, const char* name) {
    BIGNUM* number = nullptr;
    if (EVP_PKEY_get_bn_param(key, name, &number) != 1) return openssl_error("read the public key");
    return padded(BigNumberPtr(number).get());
}

}  // namespace

base::Result<PrivateKey> PrivateKey::generate_ec_p256() {
    KeyPtr key(EVP_EC_gen("P-256"));
    if (!key) return openssl_error("make a P-256 key");
    return PrivateKey(std::move(key));
}

base::Result<PrivateKey> PrivateKey::generate_rsa(unsigned bits) {
    KeyPtr key(EVP_RSA_gen(bits));
    if (!key) return openssl_error("make an RSA key");
    return PrivateKey(std::move(key));
}

base::Result<PrivateKey> PrivateKey::generate_ed25519() {
    KeyPtr key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
    if (!key) return openssl_error("make an Ed25519 key");
    return PrivateKey(std::move(key));
}

base::Result<PrivateKey> PrivateKey::from_ed25519_seed(std::string_view seed) {
    KeyPtr key(EVP_PKEY_new_raw_private_key_ex(nullptr, "ED25519", nullptr,
                                               reinterpret_cast<const unsigned char*>(seed.data()), seed.size()));
    if (!key) return openssl_error("read the Ed25519 key");
    return PrivateKey(std::move(key));
}

base::Result<PrivateKey> PrivateKey::parse(std::string_view pem) {
    const BioPtr source(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    KeyPtr key(PEM_read_bio_PrivateKey(source.get(), nullptr, no_passphrase, nullptr));
    if (!key) {
        const bool encrypted = pem.contains("ENCRYPTED");
        auto error = openssl_error("read the private key");
        if (encrypted)
            return base::fail("cannot read the private key: it is protected by a passphrase",
                              "Remove the passphrase: openssl pkey -in OLD -out NEW.");
        return error;
    }
    return PrivateKey(std::move(key));
}

KeyKind PrivateKey::kind() const {
    if (EVP_PKEY_is_a(key_.get(), "RSA") == 1) return KeyKind::rsa;
    if (EVP_PKEY_is_a(key_.get(), "ED25519") == 1) return KeyKind::ed25519;
    char group[32] = {};
    const bool ec =
        EVP_PKEY_is_a(key_.get(), "EC") == 1 && EVP_PKEY_get_group_name(key_.get(), group, sizeof group, nullptr) == 1;
    return ec && std::string_view(group) == "prime256v1" ? KeyKind::ec_p256 : KeyKind::other;
}

int PrivateKey::bits() const {
    return EVP_PKEY_get_bits(key_.get());
}

base::Result<base::Secret> PrivateKey::pem() const {
    const BioPtr out(BIO_new(BIO_s_secmem()));
    if (PEM_write_bio_PKCS8PrivateKey(out.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
        return openssl_error("write the private key");
    return base::Secret(content_of(out));
}

std::string PrivateKey::public_key() const {
    unsigned char* der = nullptr;
    const int size = i2d_PUBKEY(key_.get(), &der);
    std::string octets(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size > 0 ? size : 0));
    OPENSSL_free(der);
    return octets;
}

base::Result<base::Secret> PrivateKey::seed() const {
    std::string octets(ed25519_octets, '\0');
    std::size_t size = octets.size();
    if (EVP_PKEY_get_raw_private_key(key_.get(), reinterpret_cast<unsigned char*>(octets.data()), &size) != 1 ||
        size != ed25519_octets)
        return openssl_error("read the private half of the key");
    return base::Secret(std::move(octets));
}

base::Result<std::string> PrivateKey::raw_public_key() const {
    std::string octets(ed25519_octets, '\0');
    std::size_t size = octets.size();
    if (EVP_PKEY_get_raw_public_key(key_.get(), reinterpret_cast<unsigned char*>(octets.data()), &size) != 1 ||
        size != ed25519_octets)
        return openssl_error("read the public half of the key");
    return octets;
}

base::Result<EcPoint> PrivateKey::point() const {
    if (kind() != KeyKind::ec_p256) return base::fail("cannot use this key: it is not a P-256 key");
    auto x = coordinate(key_.get(), OSSL_PKEY_PARAM_EC_PUB_X);
    auto y = coordinate(key_.get(), OSSL_PKEY_PARAM_EC_PUB_Y);
    if (!x) return std::unexpected(x.error());
    if (!y) return std::unexpected(y.error());
    return EcPoint{.x = std::move(*x), .y = std::move(*y)};
}

base::Result<std::string> PrivateKey::sign_es256(std::string_view octets) const {
    if (kind() != KeyKind::ec_p256) return base::fail("cannot sign: this is not a P-256 key");
    const DigestContextPtr context(EVP_MD_CTX_new());
    std::string der(static_cast<std::size_t>(EVP_PKEY_get_size(key_.get())), '\0');
    std::size_t size = der.size();
    if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) != 1 ||
        EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(der.data()), &size,
                       reinterpret_cast<const unsigned char*>(octets.data()), octets.size()) != 1)
        return openssl_error("sign");
    auto position = reinterpret_cast<const unsigned char*>(der.data());
    const SignaturePtr signature(d2i_ECDSA_SIG(nullptr, &position, static_cast<long>(size)));
    if (!signature) return openssl_error("sign");
    return padded(ECDSA_SIG_get0_r(signature.get())) + padded(ECDSA_SIG_get0_s(signature.get()));
}

}  // namespace crypto
