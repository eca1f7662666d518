#include "crypto/dh.h"

#include <doctest/doctest.h>

TEST_SUITE("crypto dh") {
    TEST_CASE("the RFC 7919 group is usable parameters in PEM") {
        const std::string pem = crypto::ffdhe3072().value();
        CHECK(pem.starts_with("-----BEGIN DH PARAMETERS-----\n"));
        CHECK(crypto::usable_dh(pem));
        CHECK_FALSE(crypto::usable_dh(pem.substr(0, pem.size() / 2)));
        CHECK_FALSE(crypto::usable_dh(""));
    }

    TEST_CASE("a search that is cancelled ends with a transient error") {
        const auto made = crypto::generate_dh(4096, [] { return true; });
        REQUIRE_FALSE(made);
        CHECK(made.error().permanence == base::Permanence::transient);
    }

    TEST_CASE("own parameters that are too short are not usable") {
        const auto made = crypto::generate_dh(512, [] { return false; });
        CHECK(made.value().starts_with("-----BEGIN DH PARAMETERS-----\n"));
        CHECK_FALSE(crypto::usable_dh(*made));
    }
}
