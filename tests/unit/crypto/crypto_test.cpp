#include <doctest/doctest.h>

#include <set>

#include "crypto/certificate.h"
#include "crypto/dh.h"
#include "crypto/digest.h"
#include "crypto/keys.h"
#include "crypto/password.h"

using namespace std::chrono_literals;

namespace {

const base::SystemTime now{std::chrono::sys_days{std::chrono::year{2026} / 6 / 1}};

}  // namespace

TEST_CASE("digests and text forms agree with their standards") {
    CHECK(crypto::sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(crypto::base64("") == "");
    CHECK(crypto::base64("f") == "Zg==");
    CHECK(crypto::base64("foobar") == "Zm9vYmFy");
    CHECK(crypto::from_base64("Zm9v\r\n YmE=") == "fooba");
    CHECK(crypto::from_base64("Zg==") == "f");
    CHECK(crypto::from_base64("") == "");
    for (const char* bad : {"Zg", "Z===", "Zm9v!", "Zg==Zg=="}) CHECK_MESSAGE(!crypto::from_base64(bad), bad);
    CHECK(crypto::base64url("\xfb\xff\xfe") == "-__-");
    CHECK(crypto::base64url("f") == "Zg");
}

TEST_CASE("a password is verified against its own hash only") {
    const base::Secret password("pä ss'w\"ord$ {PLAIN}");
    const auto hash = crypto::hash_password(password);
    REQUIRE(hash);
    CHECK(hash->starts_with("{ARGON2ID}$argon2id$v=19$m=19456,t=2,p=1$"));
    CHECK(hash->size() == 107);
    CHECK(crypto::verify_password(password, *hash));
    CHECK_FALSE(crypto::verify_password(base::Secret("other"), *hash));
    CHECK(crypto::hash_password(password) != hash);
    for (const char* bad : {"", "{PLAIN}x", "{ARGON2ID}$argon2id$v=19$m=19456,t=2,p=1$!!$x"})
        CHECK_FALSE(crypto::verify_password(password, bad));
}

TEST_CASE("made passwords are long, different, and safe to type anywhere") {
    std::set<std::string> seen;
    for (int i = 0; i < 200; ++i) {
        const auto password = crypto::random_password()->reveal();
        CHECK(password.size() == 20);
        CHECK(password.find_first_of("'\"\\$ `!0O1lI") == std::string::npos);
        CHECK(std::string("-_.+=@,:").find(password[0]) == std::string::npos);
        seen.insert(password);
    }
    CHECK(seen.size() == 200);
    CHECK(crypto::random_token(16)->size() == 32);
}

TEST_CASE("a key survives its PEM form") {
    for (const auto& key : {crypto::PrivateKey::make_p256(), crypto::PrivateKey::make_rsa2048()}) {
        REQUIRE(key);
        const auto again = crypto::PrivateKey::from_pem(key->pem().reveal());
        REQUIRE(again);
        CHECK(again->public_der() == key->public_der());
    }
    CHECK(crypto::PrivateKey::make_rsa2048()->bits() == 2048);
    CHECK_FALSE(crypto::PrivateKey::from_pem(""));
    CHECK_FALSE(crypto::PrivateKey::from_pem("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"));
}

TEST_CASE("JOSE forms of a P-256 key") {
    const auto key = *crypto::PrivateKey::make_p256();
    const auto jwk = *key.public_jwk();
    CHECK(jwk.starts_with(R"({"crv":"P-256","kty":"EC","x":")"));
    CHECK(jwk.size() == std::string_view(R"({"crv":"P-256","kty":"EC","x":"","y":""})").size() + 2 * 43);
    CHECK(key.sign_es256("text")->size() == 64);
    CHECK(key.sign_es256("text") != key.sign_es256("text"));
}

TEST_CASE("a self-signed certificate is for its name, its key and its time") {
    const auto key = *crypto::PrivateKey::make_p256();
    const auto pem = crypto::self_signed(key, "mail.example.org", now, std::chrono::days(3650));
    REQUIRE(pem);
    const auto chain = crypto::parse_chain(*pem);
    REQUIRE(chain);
    REQUIRE(chain->size() == 1);
    const auto& leaf = chain->front();
    CHECK(leaf.subject == "mail.example.org");
    CHECK(leaf.self_signed);
    CHECK(leaf.matches("Mail.Example.org"));
    CHECK_FALSE(leaf.matches("example.org"));
    CHECK(leaf.not_before == now - 1h);
    CHECK(leaf.not_after == now + std::chrono::days(3650));
    CHECK(crypto::belongs_to(leaf, key));
    CHECK_FALSE(crypto::belongs_to(leaf, *crypto::PrivateKey::make_p256()));
    CHECK(crypto::parse_chain(*pem + *pem)->size() == 2);
    CHECK(crypto::self_signed(key, std::string(60, 'a') + ".example.org", now, std::chrono::days(1)));
}

TEST_CASE("a wildcard stands for exactly one label") {
    const crypto::Certificate certificate{.names = {"*.example.org"}};
    CHECK(certificate.matches("mail.example.org"));
    CHECK_FALSE(certificate.matches("a.mail.example.org"));
    CHECK_FALSE(certificate.matches("example.org"));
    CHECK_FALSE(certificate.matches("org"));
}

TEST_CASE("broken certificates are errors") {
    CHECK_FALSE(crypto::parse_chain(""));
    CHECK_FALSE(crypto::parse_chain("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"));
    const auto good = *crypto::self_signed(*crypto::PrivateKey::make_p256(), "a.example", now, std::chrono::days(1));
    CHECK_FALSE(crypto::parse_chain(good + good.substr(0, good.size() / 2)));
}

TEST_CASE("a signing request is made for its names") {
    const auto request = crypto::signing_request(*crypto::PrivateKey::make_p256(), {"mail.example.org", "b.example"});
    REQUIRE(request);
    CHECK(request->find("mail.example.org") != std::string::npos);
    CHECK(request->find("b.example") != std::string::npos);
}

TEST_CASE("the RFC 7919 group is what every engine takes for DH parameters") {
    const auto pem = crypto::ffdhe3072();
    REQUIRE(pem);
    CHECK(pem->starts_with("-----BEGIN DH PARAMETERS-----"));
    CHECK(crypto::is_dh_parameters(*pem));
    CHECK_FALSE(crypto::is_dh_parameters(""));
    CHECK_FALSE(crypto::is_dh_parameters("-----BEGIN DH PARAMETERS-----\nAAAA\n-----END DH PARAMETERS-----\n"));
}
