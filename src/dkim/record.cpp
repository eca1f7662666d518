#include "dkim/record.h"

#include <algorithm>
#include <format>

#include "base/text.h"
#include "crypto/digest.h"
#include "crypto/key.h"

namespace dkim {
namespace {

constexpr std::size_t longest_string = 255;

constexpr std::string_view pem_mark = "-----BEGIN";
constexpr std::size_t half = 32;  // octets of an Ed25519 key

struct PublicKey {
    std::string_view type;
    std::string base64;
    std::string tags() const { return std::format("k={}; p={}", type, base64); }
};

/// RFC 6376 §3.3.3: verifiers need not know keys below 1024 bits; larger ones than 4096 fit no DNS packet.
base::Result<PublicKey> rsa_key(std::string_view private_key) {
    const auto key = crypto::PrivateKey::parse(private_key);
    if (!key) return std::unexpected(key.error());
    if (key->kind() != crypto::KeyKind::rsa) return base::fail("cannot use the key: it is not an RSA key");
    if (key->bits() < 1024 || key->bits() > 4096)
        return base::fail(std::format("cannot use the key: {} bits, 1024 to 4096 are usable", key->bits()));
    return PublicKey{"rsa", crypto::base64(key->public_key())};
}

/// The private half decides: signatures are made with it.
base::Result<PublicKey> ed25519_key(std::string_view private_key) {
    const auto octets = crypto::from_base64(private_key);
    if (!octets || octets->size() != 2 * half)
        return base::fail("cannot use the key: it is neither PEM nor an Ed25519 key of 64 octets in base64");
    const auto key = crypto::PrivateKey::from_ed25519_seed(std::string_view(*octets).substr(0, half));
    if (!key) return std::unexpected(key.error());
    const auto open = key->raw_public_key();
    if (!open) return std::unexpected(open.error());
    if (std::string_view(*octets).substr(half) != *open)
        return base::fail("cannot use the key: its two halves do not belong together");
    return PublicKey{"ed25519", crypto::base64(*open)};
}

base::Result<PublicKey> public_key(std::string_view private_key) {
    return private_key.contains(pem_mark) ? rsa_key(private_key) : ed25519_key(private_key);
}

}  // namespace

base::Result<std::string> new_private_key(Algorithm algorithm) {
    if (algorithm == Algorithm::rsa) {
        const auto key = crypto::PrivateKey::generate_rsa();
        if (!key) return std::unexpected(key.error());
        return key->pem().transform([](const base::Secret& pem) { return pem.reveal(); });
    }
    const auto key = crypto::PrivateKey::generate_ed25519();
    if (!key) return std::unexpected(key.error());
    const auto seed = key->seed();
    const auto open = key->raw_public_key();
    if (!seed) return std::unexpected(seed.error());
    if (!open) return open;
    return crypto::base64(seed->reveal() + *open) + "\n";
}

std::string record_name(std::string_view selector, const base::Domain& domain) {
    return std::format("{}._domainkey.{}", selector, domain.str());
}

base::Result<std::string> record_value(std::string_view private_key) {
    return public_key(private_key).transform([](const PublicKey& key) { return "v=DKIM1; " + key.tags(); });
}

base::Result<std::string> zone_text(std::string_view private_key, const base::Domain& domain,
                                    std::string_view selector) {
    const auto key = public_key(private_key);
    if (!key) return std::unexpected(key.error());
    std::string strings;
    const std::string tag = "p=" + key->base64;
    for (std::size_t start = 0; start < tag.size(); start += longest_string)
        strings += std::format("\n\t  \"{}\"", tag.substr(start, longest_string));
    return std::format("{0}._domainkey\tIN\tTXT\t( \"v=DKIM1; h=sha256; k={3}; \"{1} )  ; ----- DKIM key {0} for {2}\n",
                       selector, strings, domain.str(), key->type);
}

std::string public_key_in(std::string_view record) {
    std::string packed(record.substr(0, record.rfind(" )")));
    std::erase_if(packed, [](char c) { return std::string_view("\" \t\r\n").contains(c); });
    for (const auto tag : base::split(packed, ';'))
        if (tag.starts_with("p=")) return std::string(tag.substr(2));
    return {};
}

}  // namespace dkim
