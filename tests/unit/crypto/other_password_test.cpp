#include "crypto/other_password.h"

#include <doctest/doctest.h>

#include <string>

TEST_CASE("hashes of other servers verify their password and no other") {
    // Made by `doveadm pw` from "secret".
    for (const char* hash :
         {"{SSHA256}k/BTz2qtq2MUGD4wxfR8rexMDyEnyANsLk06GyjUUZP2qmKi",
          "{SHA256}K7gNU3sdo+OL0wNhqoVWhr3g6s1xYv72ol/pe/Unols=",
          "{SHA512-CRYPT}$6$IPqxefSTd.h/jD1L$xkb7ezq/GIjjNb45nqfGWPtYqFNLixQ3b376X/"
          "7ZPOdDh8QDufcx62H37.Mg8QrKWmEi6lgOY69."
          "Odko4yGR7.",
          "{CRYPT}$6$IPqxefSTd.h/jD1L$xkb7ezq/GIjjNb45nqfGWPtYqFNLixQ3b376X/7ZPOdDh8QDufcx62H37.Mg8QrKWmEi6lgOY69."
          "Odko4yGR7.",
          "{BLF-CRYPT}$2y$05$B5J3VVqdSFi1tNBCkOTVoO8VGHZ7t6GSQmxvAj2ho7RmRbUi6vaze"}) {
        CAPTURE(hash);
        CHECK(crypto::verify_other_password(base::Secret("secret"), hash));
        CHECK_FALSE(crypto::verify_other_password(base::Secret("Secret"), hash));
        CHECK_FALSE(crypto::verify_other_password(base::Secret(""), hash));
        CHECK_FALSE(crypto::verify_other_password(base::Secret(std::string("secret\0x", 8)), hash));
    }
}

TEST_CASE("what is no such hash, or would take hours, verifies nothing") {
    for (const char* hash : {"", "secret", "{", "{PLAIN}secret", "{SSHA256}", "{SSHA256}!",
                             "{SHA512}K7gNU3s=", "{SSHA256}K7gNU3sdo+OL0wNhqoVWhr3g6s1xYv72ol/pe/Unols=", "{CRYPT}",
                             "{CRYPT}se", "{CRYPT}*0", "{CRYPT}$6$rounds=999999999$salt$x",
                             "{BLF-CRYPT}$2y$31$B5J3VVqdSFi1tNBCkOTVoO", "{CRYPT}$y$j9T$x$"})
        CHECK_FALSE(crypto::verify_other_password(base::Secret("secret"), hash));
}
