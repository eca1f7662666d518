#include "crypto/digest.h"

#include <doctest/doctest.h>

TEST_SUITE("crypto digest") {
    TEST_CASE("SHA-256 gives the digest of the standard's example") {
        CHECK(crypto::sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    TEST_CASE("texts are equal or not, whatever their length") {
        CHECK(crypto::equal("", ""));
        CHECK(crypto::equal("abc", "abc"));
        CHECK(!crypto::equal("abc", "abd"));
        CHECK(!crypto::equal("abc", "abcd"));
        CHECK(!crypto::equal("", "a"));
    }

    TEST_CASE("base64 pads and base64url does not") {
        CHECK(crypto::base64("f") == "Zg==");
        CHECK(crypto::base64("") == "");
        CHECK(crypto::base64("foobar") == "Zm9vYmFy");
        CHECK(crypto::base64url("\xfb\xff\xfe") == "-__-");
        CHECK(crypto::base64url("f") == "Zg");
    }

    TEST_CASE("base64 is read back with line ends and refused when it is broken") {
        CHECK(crypto::from_base64("Zm9v\r\n YmFy").value() == "foobar");
        CHECK(crypto::from_base64("Zg==").value() == "f");
        CHECK(crypto::from_base64("").value() == "");
        for (const char* bad : {"Zg=", "Zg", "Z===", "Zm9v!mFy", "=Zg=", "Zg==Zg=="})
            CHECK_FALSE(crypto::from_base64(bad));
    }
}
