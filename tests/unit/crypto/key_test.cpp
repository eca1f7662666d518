#include "crypto/key.h"

#include <doctest/doctest.h>

TEST_SUITE("crypto key") {
    TEST_CASE("a key survives being written and read") {
        for (const auto& made : {crypto::PrivateKey::generate_ec_p256(), crypto::PrivateKey::generate_rsa()}) {
            const auto again = crypto::PrivateKey::parse(made.value().pem().value().reveal());
            CHECK(again.value().public_key() == made->public_key());
            CHECK(again->kind() == made->kind());
        }
    }

    TEST_CASE("kinds and sizes are told apart") {
        CHECK(crypto::PrivateKey::generate_ec_p256()->kind() == crypto::KeyKind::ec_p256);
        const auto rsa = crypto::PrivateKey::generate_rsa();
        CHECK(rsa->kind() == crypto::KeyKind::rsa);
        CHECK(rsa->bits() == 2048);
    }

    TEST_CASE("an ES256 signature is 64 octets and only P-256 keys make one") {
        const auto key = crypto::PrivateKey::generate_ec_p256();
        CHECK(key->sign_es256("octets").value().size() == 64);
        CHECK(key->point().value().x.size() == 32);
        CHECK_FALSE(crypto::PrivateKey::generate_rsa()->sign_es256("octets"));
        CHECK_FALSE(crypto::PrivateKey::generate_rsa()->point());
    }

    TEST_CASE("what is no key is refused with a reason") {
        const std::string whole = crypto::PrivateKey::generate_ec_p256()->pem()->reveal();
        for (const std::string& bad : {std::string(), std::string("nonsense"), whole.substr(0, whole.size() / 2),
                                       std::string("-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n")}) {
            const auto key = crypto::PrivateKey::parse(bad);
            REQUIRE_FALSE(key);
            CHECK(key.error().text.starts_with("cannot read the private key: "));
        }
    }

    TEST_CASE("a key with a passphrase is refused with the command that removes it") {
        const auto key = crypto::PrivateKey::parse(
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
            "MIHjME4GCSqGSIb3DQEFDTBBMCkGCSqGSIb3DQEFDDAcBAgAAAAAAAAAAAICCAAw\n"
            "DAYIKoZIhvcNAgkFADAUBggqhkiG9w0DBwQIAAAAAAAAAAAEgZAAAAAAAAAAAAAA\n"
            "-----END ENCRYPTED PRIVATE KEY-----\n");
        REQUIRE_FALSE(key);
        CHECK(key.error().text == "cannot read the private key: it is protected by a passphrase");
        CHECK(key.error().remedy.contains("openssl pkey"));
    }
}
