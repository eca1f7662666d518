#include "acme/jws.h"

#include <format>

#include "crypto/digest.h"
#include "json/json.h"

namespace acme {

base::Result<std::string> jwk(const crypto::PrivateKey& key) {
    const auto point = key.point();
    if (!point) return std::unexpected(point.error());
    return std::format(R"({{"crv":"P-256","kty":"EC","x":"{}","y":"{}"}})", crypto::base64url(point->x),
                       crypto::base64url(point->y));
}

base::Result<std::string> thumbprint(const crypto::PrivateKey& key) {
    return jwk(key).transform([](const std::string& text) { return crypto::base64url(crypto::sha256(text)); });
}

base::Result<std::string> key_authorization(std::string_view token, const crypto::PrivateKey& account_key) {
    return thumbprint(account_key).transform([&](const std::string& print) {
        return std::string(token) + "." + print;
    });
}

base::Result<std::string> sign(const Envelope& envelope, std::string_view payload,
                               const crypto::PrivateKey& account_key) {
    const auto public_key = jwk(account_key);
    if (!public_key) return std::unexpected(public_key.error());
    auto header = json::object({{"alg", "ES256"}, {"nonce", envelope.nonce}, {"url", envelope.url}});
    // §6.2: exactly one of the two.
    if (envelope.account.empty())
        header.set("jwk", json::parse(*public_key).value_or(json::Value()));
    else
        header.set("kid", envelope.account);
    const std::string head = crypto::base64url(json::dump(header)), body = crypto::base64url(payload);
    const auto signature = account_key.sign_es256(head + "." + body);
    if (!signature) return std::unexpected(signature.error());
    return json::dump(
        json::object({{"protected", head}, {"payload", body}, {"signature", crypto::base64url(*signature)}}));
}

}  // namespace acme
