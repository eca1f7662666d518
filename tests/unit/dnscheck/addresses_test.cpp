#include "dnscheck/addresses.h"

#include <doctest/doctest.h>

#include "tests/unit/dnscheck/fixture.h"

using dnscheck::addresses;
using dnscheck::AddressSource;
using dnscheck::OwnAddress;

namespace {

const auto unset = dnscheck::server({{"PUBLIC_IPV4", ""}});

/// "8.8.8.8 interface published"
std::string chosen(const std::optional<OwnAddress>& own) {
    if (!own) return "none";
    constexpr const char* sources[] = {"setting", "interface", "dns"};
    return own->address.str() + " " + sources[static_cast<std::size_t>(own->source)] +
           (own->published ? " published" : "");
}

std::string v4(const std::vector<std::string>& interfaces, const std::vector<std::string>& resolved,
               const settings::Settings& settings = unset) {
    return chosen(dnscheck::own_addresses(settings, addresses(interfaces), addresses(resolved)).v4);
}

}  // namespace

TEST_CASE("the setting wins over everything") {
    CHECK(v4({"8.8.8.8"}, {"8.8.8.8"}, dnscheck::server()) == "203.0.113.25 setting");
    CHECK(v4({}, {"203.0.113.25"}, dnscheck::server()) == "203.0.113.25 setting published");
}

TEST_CASE("a public address of an interface wins over the DNS, the published one over others") {
    CHECK(v4({"10.0.0.1", "8.8.8.8", "9.9.9.9"}, {}) == "8.8.8.8 interface");
    CHECK(v4({"8.8.8.8", "9.9.9.9"}, {"9.9.9.9"}) == "9.9.9.9 interface published");
    CHECK(v4({"8.8.8.8"}, {"1.1.1.1"}) == "8.8.8.8 interface");
    CHECK(v4({"10.0.0.1", "8.8.8.8"}, {"10.0.0.1"}) == "8.8.8.8 interface");
}

TEST_CASE("without a public one, an interface counts if HOSTNAME points to it, else the DNS itself") {
    CHECK(v4({"10.0.0.1", "10.0.0.2"}, {"10.0.0.2"}) == "10.0.0.2 interface published");
    CHECK(v4({"10.0.0.1"}, {"1.1.1.1", "9.9.9.9"}) == "1.1.1.1 dns published");
    CHECK(v4({}, {"1.1.1.1"}) == "1.1.1.1 dns published");
    CHECK(v4({"10.0.0.1"}, {}) == "none");
}

TEST_CASE("each family is chosen by itself") {
    const auto own =
        dnscheck::own_addresses(unset, addresses({"2a00::1", "10.0.0.1"}), addresses({"1.1.1.1", "2a00::1"}));
    CHECK(chosen(own.v4) == "1.1.1.1 dns published");
    CHECK(chosen(own.v6) == "2a00::1 interface published");
}

TEST_CASE("the start script's list is read with prefixes and zones; local addresses and nonsense are left out") {
    CHECK(dnscheck::parse_host_addresses(" 8.8.8.8/24 2a00::1/64\n fe80::1%eth0 127.0.1.1/8 ::1 169.254.1.1 x 10.0.0.1 "
                                         "8.8.8.8 $(id)") == addresses({"8.8.8.8", "2a00::1", "10.0.0.1"}));
    CHECK(dnscheck::parse_host_addresses("").empty());
}
