#include "resolver/authority.h"

#include <doctest/doctest.h>

#include "tests/unit/resolver/fake_servers.h"

using resolver::Authority;
using resolver::FakeResolver;
using resolver::FakeServers;
using resolver::ServerState;
using resolver::Status;
using resolver::Type;

namespace {

const std::vector<std::string> names{"example.org", "mail.example.org"};

/// org. delegates example.org to two servers, which agree.
struct World {
    FakeResolver dns{{{"org", "NS", "a.nic.org"},
                      {"a.nic.org", "A", "192.0.2.1"},
                      {"ns1.example.org", "A", "192.0.2.11"},
                      {"ns2.example.net", "A", "192.0.2.12"},
                      {"elsewhere.example", "A", "192.0.2.99"}}};
    FakeServers servers;

    World() {
        const std::vector<resolver::Row> zone{{"example.org", "NS", "ns1.example.org"},
                                              {"example.org", "NS", "ns2.example.net"},
                                              {"example.org", "MX", "10 mail.example.org"},
                                              {"www.example.org", "CNAME", "elsewhere.example"}};
        const resolver::Referral referral{
            .zone = "example.org", .servers = {"ns1.example.org", "ns2.example.net"}, .glue = {}};
        servers.servers["192.0.2.1"] = {.zone = "org", .delegations = {{"example.org", referral}}};
        servers.servers["192.0.2.11"] = {.zone = "example.org", .serial = 7, .rows = zone};
        servers.servers["192.0.2.12"] = {.zone = "example.org", .serial = 7, .rows = zone};
    }

    resolver::FakeServer& second() { return servers.servers["192.0.2.12"]; }
};

}  // namespace

TEST_CASE("the servers of a zone are found from above, and each is asked") {
    World world;
    Authority authority(world.dns, world.servers);
    REQUIRE(authority.find(names));
    REQUIRE(authority.zones().size() == 1);
    const auto& zone = authority.zones()[0];
    CHECK(zone.apex == "example.org");
    CHECK(zone.delegated == std::vector<std::string>{"ns1.example.org", "ns2.example.net"});
    CHECK(zone.own == zone.delegated);
    REQUIRE(zone.servers.size() == 2);
    CHECK(zone.servers[0].state == ServerState::serves);
    CHECK(zone.servers[1].serial == 7);
    CHECK(data_of(authority.query("example.org", Type::MX)) == std::vector<std::string>{"10 mail.example.org"});
    CHECK(authority.said({"example.org", Type::MX}).size() == 2);
    CHECK(authority.query("_dmarc.example.org", Type::TXT).status == Status::no_such_name);
}

TEST_CASE("of answers that differ that of the newer zone counts, also when serial numbers go round") {
    for (const auto& [old_serial, new_serial] : {std::pair{6u, 7u}, std::pair{0xffff'ffffu, 0u}}) {
        World world;
        world.servers.servers["192.0.2.11"].serial = old_serial;
        world.second().serial = new_serial;
        world.second().rows.push_back({"example.org", "TXT", "v=spf1 -all"});
        Authority authority(world.dns, world.servers);
        REQUIRE(authority.find(names));
        CHECK(authority.query("example.org", Type::TXT).texts == std::vector<std::string>{"v=spf1 -all"});
        CHECK(authority.said({"example.org", Type::TXT})[0].answer.status == Status::no_data);
    }
}

TEST_CASE("silent and lame servers are told apart and asked no more") {
    World world;
    world.second().zone.clear();
    Authority lame(world.dns, world.servers);
    REQUIRE(lame.find(names));
    CHECK(lame.zones()[0].servers[1].state == ServerState::lame);
    CHECK(lame.zones()[0].servers[1].reason == "it answered REFUSED");
    CHECK(lame.zones()[0].is_served());
    world.servers.servers.erase("192.0.2.12");
    Authority silent(world.dns, world.servers);
    REQUIRE(silent.find(names));
    CHECK(silent.zones()[0].servers[1].state == ServerState::silent);
    CHECK(silent.query("example.org", Type::MX).status == Status::found);
    CHECK(silent.said({"example.org", Type::MX}).size() == 1);
}

TEST_CASE("with no server that answers, or no way to any, the resolver is asked") {
    World world;
    world.dns.add({{"example.org", "MX", "10 old.example"}});
    world.servers.servers.erase("192.0.2.11");
    world.servers.servers.erase("192.0.2.12");
    Authority dead(world.dns, world.servers);
    CHECK(dead.find(names));
    REQUIRE(dead.zones().size() == 1);
    CHECK(!dead.zones()[0].is_served());
    CHECK(dead.query("example.org", Type::MX).exchanges[0].host == "old.example");
    FakeServers nobody;
    Authority blocked(world.dns, nobody);
    CHECK(!blocked.find(names));
    CHECK(blocked.zones().empty());
    CHECK(blocked.query("example.org", Type::MX).exchanges[0].host == "old.example");
}

TEST_CASE("a zone above that is served by the same server is not taken for the zone") {
    FakeResolver dns({{".", "NS", "ns.root"}, {"ns.root", "A", "192.0.2.1"}, {"ns1.example.org", "A", "192.0.2.1"}});
    FakeServers servers;
    servers.servers["192.0.2.1"] = {.zone = "example.org", .rows = {{"example.org", "NS", "ns1.example.org"}}};
    Authority authority(dns, servers);
    REQUIRE(authority.find(names));
    REQUIRE(authority.zones().size() == 1);
    CHECK(authority.zones()[0].apex == "example.org");
    CHECK(authority.zones()[0].is_served());
}

TEST_CASE("an alias that leads out of the zone is followed by the resolver") {
    World world;
    world.dns.add({{"www.example.org", "CNAME", "elsewhere.example"}});
    Authority authority(world.dns, world.servers);
    REQUIRE(authority.find(names));
    const auto answer = authority.query("www.example.org", Type::A);
    CHECK(answer.canonical_name == "elsewhere.example");
    CHECK(data_of(answer) == std::vector<std::string>{"192.0.2.99"});
}

TEST_CASE("a family this machine does not have is no server's fault") {
    World world;
    world.dns.add({{"ns1.example.org", "AAAA", "2001:db8::1"}, {"ns2.example.net", "AAAA", "2001:db8::2"}});
    Authority authority(world.dns, world.servers);
    REQUIRE(authority.find(names));
    CHECK(authority.zones()[0].servers.size() == 2);
    world.servers.servers["2001:db8::2"] = world.second();
    Authority both(world.dns, world.servers);
    REQUIRE(both.find(names));
    CHECK(both.zones()[0].servers.size() == 4);
}

TEST_CASE("referrals that lead nowhere or in circles end") {
    World world;
    world.servers.servers["192.0.2.1"].delegations["example.org"].zone = "org";
    Authority circle(world.dns, world.servers);
    CHECK(circle.find(names));
    CHECK(circle.zones().empty());
    world.servers.servers["192.0.2.1"].delegations["example.org"].zone = "example.com";
    Authority stranger(world.dns, world.servers);
    CHECK(stranger.find(names));
    CHECK(stranger.zones().empty());
}
