#include "dkim/record.h"

#include <algorithm>
#include <format>

#include "base/text.h"
#include "crypto/digest.h"
#include "crypto/key.h"

namespace dkim {
namespace {

constexpr std::size_t longest_string = 255;

/// RFC 6376 §3.3.3: verifiers need not know keys below 1024 bits; larger ones than 4096 fit no DNS packet.
base::Result<std::string> public_key(std::string_view private_key) {
    const auto key = crypto::PrivateKey::parse(private_key);
    if (!key) return std::unexpected(key.error());
    if (key->kind() != crypto::KeyKind::rsa) return base::fail("cannot use the key: it is not an RSA key");
    if (key->bits() < 1024 || key->bits() > 4096)
        return base::fail(std::format("cannot use the key: {} bits, 1024 to 4096 are usable", key->bits()));
    return crypto::base64(key->public_key());
}

}  // namespace

base::Result<std::string> record_value(std::string_view private_key) {
    return public_key(private_key).transform([](const std::string& key) { return "v=DKIM1; k=rsa; p=" + key; });
}

base::Result<std::string> zone_text(std::string_view private_key, const base::Domain& domain,
                                    std::string_view selector) {
    const auto key = public_key(private_key);
    if (!key) return key;
    std::string strings;
    const std::string tag = "p=" + *key;
    for (std::size_t start = 0; start < tag.size(); start += longest_string)
        strings += std::format("\n\t  \"{}\"", tag.substr(start, longest_string));
    return std::format("{0}._domainkey\tIN\tTXT\t( \"v=DKIM1; h=sha256; k=rsa; \"{1} )  ; ----- DKIM key {0} for {2}\n",
                       selector, strings, domain.str());
}

std::string public_key_in(std::string_view record) {
    std::string packed(record.substr(0, record.rfind(" )")));
    std::erase_if(packed, [](char c) { return std::string_view("\" \t\r\n").contains(c); });
    for (const auto tag : base::split(packed, ';'))
        if (tag.starts_with("p=")) return std::string(tag.substr(2));
    return {};
}

}  // namespace dkim
