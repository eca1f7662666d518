#include "dnscheck/spf_record.h"

#include <doctest/doctest.h>

using dnscheck::parse_spf_record;
using dnscheck::SpfMechanism;

namespace {

/// "" for a good record, else what is wrong with it.
std::string problem(std::string_view text) {
    const auto record = parse_spf_record(text);
    return record ? "" : record.error().text;
}

}  // namespace

TEST_CASE("only v=spf1 followed by a space or the end is an SPF record") {
    CHECK(dnscheck::is_spf_record("v=spf1"));
    CHECK(dnscheck::is_spf_record("V=SPF1 -all"));
    CHECK(!dnscheck::is_spf_record("v=spf10 -all"));
    CHECK(!dnscheck::is_spf_record("v=spf1;-all"));
    CHECK(!dnscheck::is_spf_record(" v=spf1 -all"));
    CHECK(!dnscheck::is_spf_record("spf2.0/pra -all"));
    CHECK(!dnscheck::is_spf_record(""));
}

TEST_CASE("every part of a term is read") {
    const auto record = parse_spf_record(
        "v=spf1  ~A:b.example/24//64 ?mx -ip4:192.0.2.0/25 ip6:2001:db8::/32 exists:%{i}.x.example Redirect=r.example "
        "x=y");
    REQUIRE(record);
    REQUIRE(record->terms.size() == 5);
    const auto& a = record->terms[0];
    CHECK(a.mechanism == SpfMechanism::a);
    CHECK(a.qualifier == '~');
    CHECK(a.domain_spec == "b.example");
    CHECK(a.prefix_v4 == 24);
    CHECK(a.prefix_v6 == 64);
    CHECK(record->terms[1].qualifier == '?');
    CHECK(record->terms[2].network->str() == "192.0.2.0");
    CHECK(record->terms[2].prefix_v4 == 25);
    CHECK(record->terms[3].prefix_v6 == 32);
    CHECK(record->terms[4].domain_spec == "%{i}.x.example");
    CHECK(record->redirect == "r.example");
}

TEST_CASE("what is wrong with a record names the term") {
    CHECK(problem("v=spf1 -all") == "");
    CHECK(problem("v=spf1 mx -alll") == "'-alll': there is no such mechanism");
    CHECK(problem("v=spf1 ipv4:192.0.2.1 -all") == "'ipv4:192.0.2.1': there is no such mechanism");
    CHECK(problem("v=spf1 ip4:192.0.2.300") == "'ip4:192.0.2.300': '192.0.2.300' is not an IPv4 address");
    CHECK(problem("v=spf1 ip4:192.0.2.1/33") == "'ip4:192.0.2.1/33': the prefix length is wrong");
    CHECK(problem("v=spf1 include:example") == "'include:example': 'example' is not a complete domain name");
    CHECK(problem("v=spf1 exists:%{x}.a.example") == "'exists:%{x}.a.example': the macro '%{x}' has an unknown letter");
    CHECK(problem("v=spf1 redirect=a.example redirect=b.example") == "'redirect=b.example': it appears twice");
    CHECK(problem("v=spf1 a\tmx") == "'a\\x09mx': there is no such mechanism");
}

TEST_CASE("terms the grammar does not allow are refused, those it allows are not") {
    const std::vector<std::string_view> bad = {"all:",
                                               "all/8",
                                               "all:x.example",
                                               "a:",
                                               "a:/24",
                                               "a/",
                                               "a//",
                                               "a/33",
                                               "a/024",
                                               "a//129",
                                               "a/24/64",
                                               "a:x.example/",
                                               "mx:",
                                               "mx/-1",
                                               "mx:x..",
                                               "ptr/24",
                                               "ptr:",
                                               "ip4",
                                               "ip4:",
                                               "ip4:192.0.2",
                                               "ip4:192.0.2.1/",
                                               "ip4:192.0.2.1//32",
                                               "ip4:::ffff:192.0.2.1",
                                               "ip6:192.0.2.1",
                                               "ip6:2001:db8::/129",
                                               "ip6:2001:db8:::1",
                                               "ip6",
                                               "include",
                                               "include:",
                                               "exists",
                                               "exists:",
                                               "+-all",
                                               "-",
                                               "--all",
                                               "exp=",
                                               "exp=x",
                                               "redirect=",
                                               "redirect:x.example",
                                               "=x",
                                               "1a=x",
                                               "x=%",
                                               "x=%{",
                                               "x=%{d",
                                               "x=%{d0}",
                                               "x=%{d@}",
                                               "x=%a",
                                               "a:%{t}.x.example",
                                               "include:%{d}x",
                                               "a:x.example.1",
                                               "a:x.-a",
                                               "a:x.a-",
                                               "exists:x.\xc3\xa9"};
    for (const auto term : bad) {
        CAPTURE(term);
        CHECK(problem("v=spf1 " + std::string(term)) != "");
    }
    const std::vector<std::string_view> good = {"all",
                                                "+ALL",
                                                "a",
                                                "a/0",
                                                "a//0",
                                                "a/24//64",
                                                "a:x.example/24",
                                                "a:x.example.",
                                                "mx//64",
                                                "ptr",
                                                "ptr:x.example",
                                                "ip4:0.0.0.0/0",
                                                "ip6:::/0",
                                                "ip6:::ffff:192.0.2.1/128",
                                                "include:%{d}",
                                                "include:_spf.%{d2r-}",
                                                "exists:%{L+-}.%%.%_%-.x.example",
                                                "exists:%{d}",
                                                "a:%{d}.x1-2",
                                                "exp=%{d}",
                                                "unknown=",
                                                "un-kn_o.wn=a:b/c%{s}",
                                                "a:a/b.x.example"};
    for (const auto term : good) {
        CAPTURE(term);
        CHECK(problem("v=spf1 " + std::string(term)) == "");
    }
}
