#include <doctest/doctest.h>

#include "tests/unit/dnscheck/fixture.h"

using dnscheck::advised_dns;
using dnscheck::server;
using dnscheck::told;

namespace {

const std::string reverse_v4 = "25.113.0.203.in-addr.arpa";
const std::string reverse_v6 = "5.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa";
const auto both = server({{"PUBLIC_IPV6", "2001:db8::25"}});

dnscheck::Report check(resolver::FakeResolver& dns, const settings::Settings& settings,
                       const std::vector<std::string>& interfaces = {}) {
    return dnscheck::check({settings, dnscheck::known_of(settings), dnscheck::addresses(interfaces)}, dns);
}

std::string host_of(resolver::FakeResolver& dns, const settings::Settings& settings,
                    const std::vector<std::string>& interfaces = {}) {
    return told(check(dns, settings, interfaces).host);
}

constexpr const char* ok_v4 =
    "ok host.a: DNS record for 'mail.example.org' points to our public ip '203.0.113.25'.\n"
    "ok host.ptr.ipv4: Reverse DNS PTR for IP '203.0.113.25' points to 'mail.example.org'.\n";
constexpr const char* ok_v6 =
    "ok host.aaaa: DNS record for 'mail.example.org' points to our public ip '2001:db8::25'.\n"
    "ok host.ptr.ipv6: Reverse DNS PTR for IP '2001:db8::25' points to 'mail.example.org'.\n";

}  // namespace

TEST_CASE("with the records as advised the host is green, over both families") {
    auto dns = advised_dns(both);
    CHECK(host_of(dns, both) == std::string(ok_v4) + ok_v6);
    CHECK(check(dns, both).green());
    auto only_v4 = advised_dns(server());
    CHECK(host_of(only_v4, server()) == ok_v4);
}

TEST_CASE("a wrong A record is told with both addresses and the remedy") {
    auto dns = advised_dns(server());
    dns.replace("mail.example.org", "A", {"203.0.113.99"});
    const auto report = check(dns, server());
    CHECK(told(report.host) ==
          "error host.a: ERROR: A record of 'mail.example.org' points to the wrong IP!\n"
          "This host has public IP '203.0.113.25' but A record of\n"
          "'mail.example.org' points to '203.0.113.99'.\n"
          "To mitigate please create an A record for 'mail.example.org' that points to '203.0.113.25'.\n"
          "warning host.ptr.ipv4: WARNING: PTR record of server public ip '203.0.113.25' points to 'mail.example.org', "
          "but that name does not point back.\n");
    CHECK(!report.green());
    REQUIRE(report.host[0].records.size() == 1);
    CHECK(zone_line(report.host[0].records[0]) == "mail.example.org. 3600 IN A 203.0.113.25");
}

TEST_CASE("a missing A record is told") {
    auto dns = advised_dns(both);
    dns.replace("mail.example.org", "A", {});
    CHECK(host_of(dns, both).starts_with(
        "error host.a: ERROR: there is no A record for 'mail.example.org'!\n"
        "To mitigate please create an A record for 'mail.example.org' that points to '203.0.113.25'.\n"));
}

TEST_CASE("a wrong AAAA record is told like a wrong A record") {
    auto dns = advised_dns(both);
    dns.replace("mail.example.org", "AAAA", {"2001:db8::1"});
    CHECK(host_of(dns, both).contains(
        "error host.aaaa: ERROR: AAAA record of 'mail.example.org' points to the wrong IPv6!\n"
        "This host has public IPv6 '2001:db8::25' but AAAA record of\n"
        "'mail.example.org' points to '2001:db8::1'.\n"));
}

TEST_CASE("wrong and missing reverse names are told, with who can change them") {
    auto dns = advised_dns(both);
    dns.replace(reverse_v4, "PTR", {"static-25.isp.example"});
    dns.replace(reverse_v6, "PTR", {});
    const auto text = host_of(dns, both);
    CHECK(text.contains(
        "error host.ptr.ipv4: ERROR: PTR record of server public ip '203.0.113.25' points to the wrong host name!\n"
        "The PTR record points to 'static-25.isp.example' but the server host name is 'mail.example.org'.\n"
        "To mitigate please create a PTR record for '203.0.113.25' to 'mail.example.org'.\n"
        "This is done where the address comes from: at the server's provider, not in your own zone.\n"));
    CHECK(
        text.contains("error host.ptr.ipv6: ERROR: there is no PTR record for server public ip '2001:db8::25'!\n"
                      "To mitigate please create a PTR record for '2001:db8::25' to 'mail.example.org'.\n"));
}

TEST_CASE("a failed look-up is 'cannot look up', never advice to add a record") {
    const std::string dnssec =
        ".\nMany mail servers cannot see it either: check the DNSSEC records at the zone's provider";
    for (const auto& [failure, words] : {std::pair<std::string, std::string>{"!failed", "the DNS answered SERVFAIL"},
                                         {"!timed_out", "no answer in time"},
                                         {"!bogus", "DNSSEC validation failed: signature expired" + dnssec}}) {
        auto dns = advised_dns(server());
        dns.replace("mail.example.org", "A", {failure});
        dns.replace(reverse_v4, "PTR", {failure});
        const auto report = check(dns, server());
        CHECK(told(report.host) ==
              "unknown host.a: ERROR: cannot look up the A record of 'mail.example.org': " + words +
                  ".\nunknown host.ptr.ipv4: ERROR: cannot look up the PTR record of '203.0.113.25': " + words + ".\n");
        for (const auto& finding : report.host) CHECK(finding.records.empty());
        CHECK(!report.green());
    }
}

TEST_CASE("HOSTNAME as an alias is an error, even when it leads to us") {
    auto dns = advised_dns(server());
    dns.replace("mail.example.org", "A", {});
    dns.add({{"mail.example.org", "CNAME", "box.example.net"}, {"box.example.net", "A", "203.0.113.25"}});
    const auto report = check(dns, server());
    CHECK(report.host[0].severity == dnscheck::Severity::ok);
    REQUIRE(report.host.back().id == "host.alias");
    CHECK(report.host.back().text.starts_with("ERROR: 'mail.example.org' is an alias (CNAME) of 'box.example.net'.\n"));
    CHECK(report.host.back().records.size() == 1);
    CHECK(!report.green());
}

TEST_CASE("another address beside ours is a warning unless the host has it too") {
    auto dns = advised_dns(server());
    dns.add({{"mail.example.org", "A", "203.0.113.77"}});
    const auto report = check(dns, server());
    CHECK(told(report.host)
              .contains("warning host.a.other: WARNING: 'mail.example.org' also points to '203.0.113.77', "
                        "which is no address of this host as far as we know.\n"));
    CHECK(report.green());
    CHECK(host_of(dns, server(), {"203.0.113.77"}) == ok_v4);
}

TEST_CASE("an address that only the DNS tells is used, with a warning about NAT") {
    const auto unset = server({{"PUBLIC_IPV4", ""}});
    auto dns = advised_dns(server());
    const auto report = check(dns, unset, {"192.168.1.2"});
    CHECK(
        told(report.host) ==
        "warning host.a.source: WARNING: no network interface of this host is known to have the IPv4 address "
        "'203.0.113.25' of 'mail.example.org'.\nBehind NAT that is normal; nothing but the DNS itself says that it is "
        "ours.\nSet PUBLIC_IPV4 in settings.env to the address the server has on the internet.\n" +
            std::string(ok_v4));
    CHECK(report.green());
}

TEST_CASE("a public address of an interface is held against the DNS") {
    const auto unset = server({{"PUBLIC_IPV4", ""}});
    auto dns = advised_dns(server());
    CHECK(host_of(dns, unset, {"192.168.1.2", "9.9.9.9"})
              .contains("This host has public IP '9.9.9.9' but A record of\n"));
}

TEST_CASE("a server whose public address nobody knows is told so") {
    const auto unset = server({{"PUBLIC_IPV4", ""}});
    resolver::FakeResolver nothing;
    CHECK(
        host_of(nothing, unset, {"10.0.0.1"}) ==
        "error host.a: ERROR: Unable to determine server's public IP.\nNo network interface of this host has a public "
        "IPv4 address, and 'mail.example.org' has no A record.\nSet PUBLIC_IPV4 in settings.env.\n");
    resolver::FakeResolver dead{{{"mail.example.org", "A", "!timed_out"}, {"mail.example.org", "AAAA", "!timed_out"}}};
    CHECK(host_of(dead, unset) ==
          "unknown host.a: ERROR: cannot look up the A record of 'mail.example.org': no answer in time.\n");
}

TEST_CASE("an unpublished IPv6 address of an interface is a warning only") {
    auto dns = advised_dns(server());
    const auto report = check(dns, server(), {"2a00::25"});
    CHECK(told(report.host) ==
          std::string(ok_v4) +
              "warning host.aaaa: WARNING: there is no AAAA record for 'mail.example.org'!\n"
              "To mitigate please create an AAAA record for 'mail.example.org' that points to "
              "'2a00::25'.\n"
              "warning host.ptr.ipv6: WARNING: there is no PTR record for server public ip "
              "'2a00::25'!\n"
              "To mitigate please create a PTR record for '2a00::25' to 'mail.example.org'.\n"
              "This is done where the address comes from: at the server's provider, not in your own "
              "zone.\n");
    CHECK(report.host[2].records.size() == 1);
    CHECK(told(report.domains)
              .contains("warning domain.spf.ipv6: example.org: WARNING: No valid SPF entry pointing to "
                        "'2a00::25'.\nEvaluation gives 'fail': '-all' matched.\n"));
    CHECK(report.green());
}

TEST_CASE("foreign names cannot reach the terminal raw") {
    auto dns = advised_dns(server());
    dns.replace(reverse_v4, "PTR", {"a\x1b[31m\nevil"});
    CHECK(host_of(dns, server()).contains("points to 'a\\x1b[31m\\x0aevil' but"));
}

TEST_CASE("most questions are asked at once, none twice") {
    auto dns = advised_dns(both);
    check(dns, both);
    auto asked = dns.asked;
    std::ranges::sort(asked);
    CHECK(std::ranges::adjacent_find(asked) == asked.end());
}
