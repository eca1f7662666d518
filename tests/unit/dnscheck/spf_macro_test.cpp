#include "dnscheck/spf_macro.h"

#include <doctest/doctest.h>

namespace {

/// The values of the examples in RFC 7208 §7.4.
dnscheck::MacroValues example(std::string_view ip = "192.0.2.3") {
    return {.ip = base::IpAddress::parse(ip).value(),
            .domain = "email.example.com",
            .sender_local = "strong-bad",
            .sender_domain = "email.example.com",
            .helo = "mx.example.org",
            .validated_name = [] { return std::string("mx.example.org"); }};
}

std::string expand(std::string_view text, std::string_view ip = "192.0.2.3") {
    REQUIRE(dnscheck::check_macro_string(text));
    return dnscheck::expand_macros(text, example(ip));
}

}  // namespace

TEST_CASE("macros expand as the examples of RFC 7208 §7.4 say") {
    CHECK(expand("%{s}") == "strong-bad@email.example.com");
    CHECK(expand("%{o}") == "email.example.com");
    CHECK(expand("%{d}") == "email.example.com");
    CHECK(expand("%{d4}") == "email.example.com");
    CHECK(expand("%{d3}") == "email.example.com");
    CHECK(expand("%{d2}") == "example.com");
    CHECK(expand("%{d1}") == "com");
    CHECK(expand("%{dr}") == "com.example.email");
    CHECK(expand("%{d2r}") == "example.email");
    CHECK(expand("%{l}") == "strong-bad");
    CHECK(expand("%{l-}") == "strong.bad");
    CHECK(expand("%{lr}") == "strong-bad");
    CHECK(expand("%{lr-}") == "bad.strong");
    CHECK(expand("%{l1r-}") == "strong");
    CHECK(expand("%{ir}.%{v}._spf.%{d2}") == "3.2.0.192.in-addr._spf.example.com");
    CHECK(expand("%{lr-}.lp._spf.%{d2}") == "bad.strong.lp._spf.example.com");
    CHECK(expand("%{lr-}.lp.%{ir}.%{v}._spf.%{d2}") == "bad.strong.lp.3.2.0.192.in-addr._spf.example.com");
    CHECK(expand("%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}") == "3.2.0.192.in-addr.strong.lp._spf.example.com");
    CHECK(expand("%{d2}.trusted-domains.example.net") == "example.com.trusted-domains.example.net");
    CHECK(expand("%{ir}.%{v}._spf.%{d2}", "2001:db8::cb01") ==
          "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com");
}

TEST_CASE("the other letters, percent signs and URL escapes expand") {
    CHECK(expand("%{h}/%{p}") == "mx.example.org/mx.example.org");
    CHECK(expand("%%%_%-") == "% %20");
    CHECK(expand("%{S}") == "strong-bad%40email.example.com");
    CHECK(expand("%{i}", "::ffff:192.0.2.3") == "192.0.2.3");
    CHECK(expand("%{d999999999999999999999}") == "email.example.com");
}
