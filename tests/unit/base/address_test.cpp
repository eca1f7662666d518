#include "base/address.h"

#include <doctest/doctest.h>

using base::Domain;
using base::EmailAddress;

TEST_CASE("a domain is lower-cased and loses its final dot") {
    CHECK(Domain::parse("Mail.Example.ORG.")->str() == "mail.example.org");
    CHECK(Domain::parse("xn--bcher-kva.example")->str() == "xn--bcher-kva.example");
}

TEST_CASE("what is no domain is refused with the reason") {
    for (const char* bad : {"", ".", "localhost", "a..b", ".a.b", "-a.de", "a-.de", "a b.de", "1.2.3.4", "a_b.de",
                            "exa mple.org", "a.b/../c", "a.de\n", "\"a.de\"", "a.de,b.de", "https://a.de"})
        CHECK_MESSAGE(!Domain::parse(bad), bad);
    CHECK(!Domain::parse(std::string("a\0.de", 5)));
    CHECK(!Domain::parse(std::string(64, 'a') + ".de"));
    CHECK(Domain::parse("bücher.example").error().remedy.find("xn--") != std::string::npos);
    CHECK(Domain::parse("localhost").error().text == "'localhost' is not a domain name: it has no dot");
}

TEST_CASE("an address is lower-cased in both halves") {
    CHECK(EmailAddress::parse("Jens.M+x@Wombathub.DE")->str() == "jens.m+x@wombathub.de");
}

TEST_CASE("hostile addresses are refused") {
    for (const char* bad : {"",
                            "@",
                            "noatsign",
                            "@example.org",
                            "a@",
                            "a@b",
                            "a b@example.org",
                            "a'--@example.org",
                            "a\"@example.org",
                            "../x@example.org",
                            "a/b@example.org",
                            ".a@example.org",
                            "a.@example.org",
                            "a..b@example.org",
                            "-a@example.org",
                            "a%b@example.org",
                            "a@example.org\r\n",
                            "a@b@example.org",
                            "<a@example.org>",
                            "a;b@example.org",
                            "$(id)@example.org",
                            "a*@example.org",
                            "ü@example.org",
                            "a\\b@example.org"})
        CHECK_MESSAGE(!EmailAddress::parse(bad), bad);
    CHECK(!EmailAddress::parse(std::string("a\0b@example.org", 15)));
    CHECK(!EmailAddress::parse(std::string(65, 'a') + "@example.org"));
    CHECK(EmailAddress::parse(std::string(64, 'a') + "@example.org"));
}

TEST_CASE("any address or domain out there can be named") {
    CHECK(*base::parse_address_or_domain("Spam.Example") == "spam.example");
    CHECK(*base::parse_address_or_domain("@spam.example") == "spam.example");
    CHECK(*base::parse_address_or_domain("Jens+X@Example.ORG") == "jens+x@example.org");
    CHECK(*base::parse_address_or_domain("'odd~#@example.org") == "'odd~#@example.org");
    for (const char* bad : {"", "@", "x@", "spam", "a b@example.org", "\"a\"@example.org", "a@b@example.org",
                            "a,b@example.org", "<a@example.org>", "a\n@example.org", "\xc3\xa4@example.org"})
        CHECK_FALSE(base::parse_address_or_domain(bad));
}
