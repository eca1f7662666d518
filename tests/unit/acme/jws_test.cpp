#include "acme/jws.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "crypto/digest.h"
#include "json/json.h"

namespace {

// The key of RFC 7515 appendix A.3.
constexpr const char* known_key =
    "-----BEGIN EC PRIVATE KEY-----\n"
    "MHcCAQEEII6bEJ5xkJi/mASH3x9dd+nLKWBuvtImO19XwhPfhPSyoAoGCCqGSM49\n"
    "AwEHoUQDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEXH8UTNG72b\n"
    "focs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==\n"
    "-----END EC PRIVATE KEY-----\n";

std::string decoded(std::string text) {
    std::ranges::replace(text, '-', '+');
    std::ranges::replace(text, '_', '/');
    text.append((4 - text.size() % 4) % 4, '=');
    return crypto::from_base64(text).value();
}

}  // namespace

TEST_SUITE("acme jws") {
    TEST_CASE("the JWK of a known key is that of RFC 7515") {
        const auto key = crypto::PrivateKey::parse(known_key).value();
        CHECK(acme::jwk(key).value() ==
              R"({"crv":"P-256","kty":"EC","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
              R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})");
        CHECK(acme::thumbprint(key).value() == "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U");
        CHECK(acme::key_authorization("token", key).value() == "token.oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U");
    }

    TEST_CASE("a request names the key or the account, never both") {
        const auto key = crypto::PrivateKey::generate_ec_p256().value();
        for (const std::string account : {"", "https://ca.test/account/1"}) {
            const auto body =
                json::parse(
                    acme::sign({.url = "https://ca.test/x", .nonce = "n", .account = account}, "{}", key).value())
                    .value();
            const auto header = json::parse(decoded(body["protected"].text())).value();
            CHECK(header["alg"].text() == "ES256");
            CHECK(header["nonce"].text() == "n");
            CHECK(header["url"].text() == "https://ca.test/x");
            CHECK(header.has("jwk") == account.empty());
            CHECK(header["kid"].text() == account);
            CHECK(decoded(body["payload"].text()) == "{}");
            CHECK(decoded(body["signature"].text()).size() == 64);
        }
    }

    TEST_CASE("POST-as-GET has an empty payload") {
        const auto key = crypto::PrivateKey::generate_ec_p256().value();
        const auto body = json::parse(acme::sign({.url = "u", .nonce = "n", .account = "a"}, "", key).value()).value();
        CHECK(body.has("payload"));
        CHECK(body["payload"].text().empty());
    }

    TEST_CASE("an RSA key cannot sign") {
        const auto key = crypto::PrivateKey::generate_rsa().value();
        CHECK_FALSE(acme::sign({.url = "u", .nonce = "n", .account = ""}, "", key));
    }
}
