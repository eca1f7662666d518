#include "base/ip.h"

#include <doctest/doctest.h>

#include <algorithm>

using base::IpAddress;

TEST_CASE("addresses are parsed and printed in their canonical form") {
    CHECK(IpAddress::parse("192.0.2.1")->str() == "192.0.2.1");
    CHECK(IpAddress::parse("2001:DB8:0:0::1")->str() == "2001:db8::1");
    CHECK(IpAddress::parse("::ffff:192.0.2.1") == IpAddress::parse("192.0.2.1"));
    for (const char* bad : {"", "1.2.3", "1.2.3.4 ", "1.2.3.256", "::g", "1.2.3.4/8"})
        CHECK_MESSAGE(!IpAddress::parse(bad), bad);
}

TEST_CASE("reverse names") {
    CHECK(IpAddress::parse("192.0.2.1")->reverse_name() == "1.2.0.192.in-addr.arpa");
    CHECK(IpAddress::parse("2001:db8::567:89ab")->reverse_name() ==
          "b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
}

TEST_CASE("an address is within a network by its prefix") {
    const auto ip = *IpAddress::parse("192.0.2.130");
    CHECK(ip.within(*IpAddress::parse("192.0.2.128"), 25));
    CHECK_FALSE(ip.within(*IpAddress::parse("192.0.2.0"), 25));
    CHECK(ip.within(*IpAddress::parse("8.8.8.8"), 0));
    CHECK_FALSE(ip.within(*IpAddress::parse("::"), 0));
    CHECK_FALSE(ip.within(ip, 33));
}

TEST_CASE("private and documentation addresses are not public") {
    for (const char* address :
         {"10.1.2.3", "127.0.0.1", "192.168.0.1", "203.0.113.5", "::1", "fe80::1", "fd00::1", "2001:db8::1"})
        CHECK_FALSE(IpAddress::parse(address)->is_public());
    for (const char* address : {"8.8.8.8", "2a00:1450::1"}) CHECK(IpAddress::parse(address)->is_public());
}

TEST_CASE("networks are parsed as such") {
    CHECK(base::IpNetwork::parse("192.0.2.0/24")->str() == "192.0.2.0/24");
    CHECK(base::IpNetwork::parse("192.0.2.7")->str() == "192.0.2.7/32");
    CHECK(base::IpNetwork::parse("2001:DB8::/32")->str() == "2001:db8::/32");
    for (const char* bad : {"", "/8", "192.0.2.0/", "192.0.2.0/33", "192.0.2.1/24", "::/129", "::1/64", "a/8",
                            "192.0.2.0/-1", "192.0.2.0/24/24", "::ffff:192.0.2.0/120"})
        CHECK_MESSAGE(!base::IpNetwork::parse(bad), bad);
    for (const char* wide : {"0.0.0.0/0", "::/0", "8.0.0.0/15", "2000::/28", "10.0.0.0/7"})
        CHECK_MESSAGE(base::IpNetwork::parse(wide)->is_too_wide_to_trust(), wide);
    for (const char* good : {"10.0.0.0/8", "8.8.0.0/16", "2001:db8::/29", "fd00::/8"})
        CHECK_MESSAGE(!base::IpNetwork::parse(good)->is_too_wide_to_trust(), good);
}

TEST_CASE("a network without some addresses has all others") {
    const auto network = *base::IpNetwork::parse("192.0.2.0/30");
    const auto ip = [](const char* text) { return *IpAddress::parse(text); };
    CHECK(network.without({}) == std::vector{network});
    CHECK(network.without({ip("10.0.0.1"), ip("::1")}) == std::vector{network});
    const auto rest = network.without({ip("192.0.2.1")});
    const auto has = [&](const char* text) {
        return std::ranges::any_of(rest, [&](const auto& part) { return part.contains(ip(text)); });
    };
    CHECK(rest.size() == 2);
    CHECK(has("192.0.2.0"));
    CHECK_FALSE(has("192.0.2.1"));
    CHECK(has("192.0.2.2"));
    CHECK(has("192.0.2.3"));
    CHECK(base::IpNetwork::parse("192.0.2.1")->without({ip("192.0.2.1")}).empty());
}

TEST_CASE("a network holds its addresses and smaller networks") {
    const auto network = *base::IpNetwork::parse("192.0.2.128/25");
    CHECK(network.contains(*IpAddress::parse("192.0.2.255")));
    CHECK_FALSE(network.contains(*IpAddress::parse("192.0.2.127")));
    CHECK_FALSE(network.contains(*IpAddress::parse("2001:db8::1")));
    CHECK(network.contains(*base::IpNetwork::parse("192.0.2.192/26")));
    CHECK_FALSE(network.contains(*base::IpNetwork::parse("192.0.2.0/24")));
    CHECK_FALSE(base::IpNetwork::parse("::/0")->contains(*IpAddress::parse("192.0.2.1")));
}

TEST_CASE("a client is an IPv4 address or an IPv6 /64") {
    const auto ip = [](const char* text) { return *IpAddress::parse(text); };
    CHECK(base::IpNetwork::of_one_client(ip("192.0.2.7")).label() == "192.0.2.7");
    CHECK(base::IpNetwork::of_one_client(ip("2001:db8:1:2:3:4:5:6")).label() == "2001:db8:1:2::/64");
    CHECK(base::IpNetwork::of(ip("2001:db8:1:2:3:4:5:6"), 48) == *base::IpNetwork::parse("2001:db8:1::/48"));
    CHECK(base::IpNetwork::of(ip("192.0.2.7"), 48).str() == "192.0.2.7/32");
}
