#include <doctest/doctest.h>

#include "tests/unit/dnscheck/fixture.h"
#include "tests/unit/resolver/fake_servers.h"

using dnscheck::server;

namespace {

const auto one = server();

/// The advised records, on two name servers of example.org; the resolver sees the same.
struct World {
    resolver::FakeResolver dns = dnscheck::advised_dns(one);
    resolver::FakeServers servers;

    World() {
        std::vector<resolver::Row> zone{{"example.org", "NS", "ns1.example.net"},
                                        {"example.org", "NS", "ns2.example.net"}};
        for (const auto& record : required_records(one, dnscheck::known_of(one), dnscheck::own_addresses(one, {}, {})))
            if (record.type != resolver::Type::PTR)
                zone.push_back({record.name, std::string(resolver::type_name(record.type)), record.value});
        dns.add({{"org", "NS", "a.nic.org"},
                 {"a.nic.org", "A", "192.0.2.1"},
                 {"ns1.example.net", "A", "192.0.2.11"},
                 {"ns2.example.net", "A", "192.0.2.12"},
                 {"example.org", "SOA", "ns1.example.net"}});
        servers.servers["192.0.2.1"] = {
            .zone = "org",
            .delegations = {{"example.org",
                             {.zone = "example.org", .servers = {"ns1.example.net", "ns2.example.net"}, .glue = {}}}}};
        for (const auto* address : {"192.0.2.11", "192.0.2.12"})
            servers.servers[address] = {.zone = "example.org", .serial = 7, .rows = zone};
    }

    resolver::FakeServer& second() { return servers.servers["192.0.2.12"]; }
    dnscheck::Report check() { return dnscheck::check({one, dnscheck::known_of(one), {}}, dns, &servers); }
    std::string told() { return dnscheck::told(check().zones); }
};

constexpr const char* all_answer = "ok zone.servers: All name servers of 'example.org' answer.\n";
constexpr const char* is_insecure =
    "note zone.dnssec: 'example.org' is not signed (DNSSEC), so TLSA records would not count.\n";

}  // namespace

TEST_CASE("with all name servers in order there is nothing to say but whether the zone is signed") {
    World world;
    CHECK(world.told() == std::string(all_answer) + is_insecure);
    CHECK(world.check().green());
    world.dns.secure = true;
    CHECK(world.told() == std::string(all_answer) + "ok zone.dnssec: 'example.org' is signed (DNSSEC).\n");
    world.dns.replace("example.org", "SOA", {"!bogus"});
    CHECK(world.told().contains(
        "error zone.dnssec: ERROR: DNSSEC validation of 'example.org' fails: signature expired."));
}

TEST_CASE("name servers that are lame or silent are told apart; with none left it is an error") {
    World world;
    world.second().zone.clear();
    CHECK(
        world.told().starts_with("warning zone.lame: WARNING: name servers that 'example.org' is delegated to know "
                                 "nothing about it"));
    CHECK(world.told().contains("'ns2.example.net' (192.0.2.12): it answered REFUSED"));
    world.servers.servers.erase("192.0.2.12");
    CHECK(
        world.told().starts_with("warning zone.unreachable: WARNING: name servers of 'example.org' do not answer.\n"
                                 "'ns2.example.net' (192.0.2.12): no answer\n"));
    world.servers.servers.erase("192.0.2.11");
    CHECK(world.told().starts_with("error zone.servers: ERROR: no name server of 'example.org' answers for it"));
    CHECK(!world.check().green());
}

TEST_CASE("a stale server is named, with what it has not got yet; the newest zone is what is judged") {
    World world;
    world.second().serial = 6;
    std::erase_if(world.second().rows, [](const auto& row) { return row.type == "MX" && row.name == "example.org"; });
    const auto report = world.check();
    CHECK(dnscheck::told(report.zones)
              .contains(
                  "error zone.stale: ERROR: the name servers of 'example.org' do not agree about 'MX example.org'.\n"
                  "An older zone is at: 'ns2.example.net (serial 6)'.\n"));
    CHECK(report.domains.front().severity == dnscheck::Severity::ok);
    world.second().serial = 7;
    CHECK(world.told().contains("With the same serial number"));
}

TEST_CASE("a resolver that remembers old answers does not hide what is there now") {
    World world;
    world.dns.replace("_dmarc.example.org", "TXT", {});
    const auto report = world.check();
    CHECK(report.green());
    CHECK(dnscheck::told(report.zones)
              .contains("warning zone.view: WARNING: the resolver this server asks answers otherwise"));
}

TEST_CASE("a delegation that does not fit the zone's own list is told") {
    World world;
    for (const auto* address : {"192.0.2.11", "192.0.2.12"})
        world.servers.servers[address].rows.push_back({"example.org", "NS", "ns3.example.net"});
    CHECK(world.told().contains(
        "zone.delegation: WARNING: 'example.org' is delegated to 'ns1.example.net', "
        "'ns2.example.net', but names 'ns1.example.net', 'ns2.example.net', 'ns3.example.net' itself."));
}

TEST_CASE("where no name server can be asked, the resolver is believed, and that is told once") {
    World world;
    world.servers.servers.clear();
    const auto report = world.check();
    CHECK(dnscheck::told(report.zones).starts_with("note zone.direct: No name server can be asked directly from here"));
    CHECK(report.zones.size() == 1);
    CHECK(report.green());
}
