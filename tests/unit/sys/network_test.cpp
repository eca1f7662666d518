#include "sys/network.h"

#include <doctest/doctest.h>

#include <algorithm>

using base::IpAddress;

TEST_CASE("gateways are the routers of default routes") {
    const auto found = sys::parse_gateways(
        "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
        "eth0\t00000000\t0100580A\t0003\t0\t0\t100\t00000000\t0\t0\t0\n"
        "eth0\t0000580A\t00000000\t0001\t0\t0\t100\t0000FFFF\t0\t0\t0\n"
        "eth1\t00000000\t0100580A\t0003\t0\t0\t200\t00000000\t0\t0\t0\n",
        "00000000000000000000000000000000 00 00000000000000000000000000000000 00 20010002000000000000000000000001 "
        "00000064 00000001 00000000 00000003 eth0\n"
        "00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 "
        "ffffffff 00000001 00000000 00200200 lo\n");
    CHECK(found == std::vector{*IpAddress::parse("10.88.0.1"), *IpAddress::parse("2001:2::1")});
}

TEST_CASE("what is no route table has no gateways") {
    CHECK(sys::parse_gateways("", "").empty());
    CHECK(sys::parse_gateways("a\t00000000\tXYZ\t0\t0\t0\t0\t00000000\n", "0 00 0 00 ffff\n\n\0").empty());
}

TEST_CASE("each of our addresses is in one of our networks") {
    const auto networks = sys::own_networks();
    for (const auto& address : sys::own_addresses()) {
        CAPTURE(address.str());
        CHECK(std::ranges::any_of(
            networks, [&](const auto& network) { return network.contains(address) && network.prefix_length() > 0; }));
    }
}
