#include "mtasts/dane.h"

#include <doctest/doctest.h>

#include "tests/unit/mtasts/fixture.h"

using namespace mtasts;
using resolver::Type;

namespace {

const auto domain = base::Domain::parse("example.org").value();

/// example.org with the hosts a and b, both with addresses; TLSA for a.
void two_hosts(TableResolver& dns) {
    dns.set("example.org", Type::MX, mx({"a.example.org", "b.example.org"}));
    for (const char* host : {"a.example.org", "b.example.org"}) dns.set(host, Type::A, address());
    dns.set("_25._tcp.a.example.org", Type::TLSA, tlsa(good_tlsa));
}

}  // namespace

TEST_CASE("all, some or none of the hosts have usable records") {
    TableResolver dns;
    CHECK(dane_of(domain, dns) == Dane::none);
    two_hosts(dns);
    CHECK(dane_of(domain, dns) == Dane::some);
    dns.set("_25._tcp.b.example.org", Type::TLSA, tlsa(good_tlsa));
    CHECK(dane_of(domain, dns) == Dane::all);
    dns.set("_25._tcp.b.example.org", Type::TLSA, tlsa("1 1 1 " + std::string(64, 'a')));
    CHECK(dane_of(domain, dns) == Dane::some);
}

TEST_CASE("what DNSSEC does not prove does not count") {
    TableResolver dns;
    two_hosts(dns);
    dns.set("example.org", Type::MX, mx({"a.example.org"}, false));
    CHECK(dane_of(domain, dns) == Dane::none);
    dns.set("example.org", Type::MX, mx({"a.example.org"}));
    CHECK(dane_of(domain, dns) == Dane::all);
    dns.set("a.example.org", Type::A, address(false));
    CHECK(dane_of(domain, dns) == Dane::none);
    dns.set("a.example.org", Type::A, address());
    dns.set("_25._tcp.a.example.org", Type::TLSA, tlsa(good_tlsa, false));
    CHECK(dane_of(domain, dns) == Dane::none);
}

TEST_CASE("a host behind an alias has the records of either name; a domain without MX its own") {
    TableResolver dns;
    dns.set("example.org", Type::A, address(true, "real.example.net"));
    dns.set("example.org", Type::MX, {.status = resolver::Status::no_data, .secure = true});
    CHECK(dane_of(domain, dns) == Dane::none);
    dns.set("_25._tcp.example.org", Type::TLSA, tlsa(good_tlsa));
    CHECK(dane_of(domain, dns) == Dane::all);
    dns.clear("_25._tcp.example.org", Type::TLSA);
    dns.set("_25._tcp.real.example.net", Type::TLSA, tlsa(good_tlsa));
    CHECK(dane_of(domain, dns) == Dane::all);
}

TEST_CASE("who cannot be asked is not without records") {
    TableResolver dns;
    two_hosts(dns);
    for (const auto& [name, type] : {std::pair("_25._tcp.b.example.org", Type::TLSA),
                                     std::pair("b.example.org", Type::A), std::pair("example.org", Type::MX)}) {
        dns.set(name, type, failure());
        CHECK(dane_of(domain, dns) == Dane::unknown);
    }
}

TEST_CASE("records one cannot authenticate with are not usable") {
    const std::string sha256(64, '0'), sha512(128, '0');
    for (const auto& text : {"3 1 1 " + sha256, "2 0 2 " + sha512, std::string("3 0 0 3082")})
        CHECK_MESSAGE(is_usable(text), text);
    for (const auto& text :
         {"0 1 1 " + sha256, "1 0 1 " + sha256, "4 1 1 " + sha256, "3 2 1 " + sha256, "3 1 3 " + sha256,
          "3 1 1 " + sha512, "3 1 2 " + sha256, std::string("3 1 1 "), std::string("3 1 1"), std::string()})
        CHECK_MESSAGE(!is_usable(text), text);
}
