#include "crypto/password.h"

#include <doctest/doctest.h>

#include <set>

TEST_SUITE("crypto password") {
    TEST_CASE("a password verifies against its own hash and no other does") {
        const base::Secret password("pä ss'w\"$");
        const std::string hash = crypto::hash_password(password).value();
        CHECK(hash.starts_with("{ARGON2ID}$argon2id$v=19$m=19456,t=2,p=1$"));
        CHECK(crypto::verify_password(password, hash));
        CHECK_FALSE(crypto::verify_password(base::Secret("other"), hash));
        CHECK(crypto::hash_password(password).value() != hash);
    }

    TEST_CASE("a text that is no hash of ours verifies nothing") {
        for (const char* foreign : {"", "$", "{SSHA256}abc", "{ARGON2ID}$argon2id$v=19$m=19456,t=2,p=1$!!$x"})
            CHECK_FALSE(crypto::verify_password(base::Secret("x"), foreign));
    }

    TEST_CASE("random passwords are 20 characters without look-alikes and without what shells trip over") {
        std::set<std::string> seen;
        for (int i = 0; i < 200; ++i) {
            const std::string password = crypto::random_password().value().reveal();
            CHECK(password.size() == 20);
            CHECK(password.find_first_of("0O1lI'\"\\ $`!&|;<>(){}*?~#%") == std::string::npos);
            CHECK(password.find_first_of("-_.+=@,:") != 0);
            seen.insert(password);
        }
        CHECK(seen.size() == 200);
    }

    TEST_CASE("a random token has two hexadecimal digits for each octet") {
        const std::string token = crypto::random_token(16).value();
        CHECK(token.size() == 32);
        CHECK(token.find_first_not_of("0123456789abcdef") == std::string::npos);
    }
}
