#include "dnscheck/snapshot.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/unit/dnscheck/fixture.h"

using dnscheck::Presence;
using dnscheck::Severity;
using dnscheck::Snapshot;

namespace {

const base::SystemTime today{std::chrono::seconds(1'795'230'000)};
const auto one = dnscheck::server();

dnscheck::Report check(resolver::FakeResolver& dns) {
    return dnscheck::check({one, dnscheck::known_of(one), {}}, dns, nullptr, [](const dnscheck::Trials& trials) {
        dnscheck::Proofs proofs;
        proofs.certificates.assign(trials.mail_servers.size(), std::unexpected(dnscheck::Failure{}));
        proofs.pages.assign(trials.pages.size(), "");
        return proofs;
    });
}

Snapshot::Line line(const Snapshot& snapshot, std::string_view host, std::string_view type) {
    for (const auto& one_line : snapshot.records)
        if (one_line.host == host && one_line.type == type) return one_line;
    FAIL("no such record: ", host);
    return {};
}

std::string severity(const Snapshot& snapshot, std::string_view subject, std::string_view name) {
    for (const auto& one_check : snapshot.checks)
        if (one_check.subject == subject && one_check.name == name)
            return std::string(severity_name(one_check.severity));
    return "not checked";
}

}  // namespace

TEST_CASE("where all is right, each record is found as it is wanted") {
    auto dns = dnscheck::advised_dns(one, true);
    dns.add({{"example.org", "TXT", "some-verification=1"}});
    const auto kept = snapshot(check(dns), today);
    CHECK(kept.addresses == std::vector<std::string>{"203.0.113.25"});
    for (const auto& record : kept.records) {
        CAPTURE(record.host);
        CHECK(record.presence == Presence::ok);
        CHECK(record.found == record.expected);
    }
    CHECK(severity(kept, "example.org", "MX") == "ok");
    CHECK(severity(kept, "mail.example.org", "DANE") == "ok");
}

TEST_CASE("what is missing, different or unknown is told by record and by check") {
    auto dns = dnscheck::advised_dns(one);
    dns.replace("example.org", "MX", {});
    dns.replace("example.org", "TXT", {"v=spf1 include:other.example -all", "some-verification=1"});
    dns.replace("mail.example.org", "A", {"198.51.100.9"});
    dns.replace("_dmarc.example.org", "TXT", {"!timed_out"});
    const auto kept = snapshot(check(dns), today);
    CHECK(line(kept, "example.org", "MX").presence == Presence::missing);
    CHECK(line(kept, "example.org", "MX").found.empty());
    const auto spf = line(kept, "example.org", "TXT");
    CHECK(spf.presence == Presence::differs);
    CHECK(spf.found == "v=spf1 include:other.example -all");
    CHECK(spf.expected == "v=spf1 ip4:203.0.113.25 include:other.example -all");
    CHECK(line(kept, "mail.example.org", "A").found == "198.51.100.9");
    CHECK(severity(kept, "example.org", "MX") == "error");
    CHECK(severity(kept, "example.org", "DKIM") == "ok");
    CHECK(severity(kept, "mail.example.org", "A") == "error");
    CHECK(line(kept, "_dmarc.example.org", "TXT").presence == Presence::unknown);
    CHECK(severity(kept, "example.org", "DMARC") == "unknown");
    CHECK(!kept.green);
}

TEST_CASE("the worst finding of a check counts, but not what is ignored") {
    dnscheck::Report report;
    report.domains = {{"domain.mx", "a.example", Severity::ok, "there"},
                      {"domain.mx.other", "a.example", Severity::warning, "another"},
                      {"domain.dkim", "a.example", Severity::error, "none", {}, "missing", true}};
    const auto kept = snapshot(report, today);
    CHECK(severity(kept, "a.example", "MX") == "warning");
    CHECK(severity(kept, "a.example", "DKIM") == "note");
    CHECK(kept.findings == 1);
    CHECK(summary(kept) ==
          "all that is required is there (1 finding, see ./dns_check.sh), checked 2026-11-21 03:00 UTC");
}

TEST_CASE("each blocklist says yes or no for each address, those that refuse to say neither") {
    auto dns = dnscheck::advised_dns(one);
    const auto asked = [&] { return snapshot(check(dns), today).lists; };
    CHECK(asked() == std::vector<Snapshot::List>{{"zen.spamhaus.org", "203.0.113.25", false}});
    dns.add({{"25.113.0.203.zen.spamhaus.org", "A", "127.0.0.2"}});
    CHECK(asked() == std::vector<Snapshot::List>{{"zen.spamhaus.org", "203.0.113.25", true}});
}

TEST_CASE("a snapshot survives being written; damaged ones are refused") {
    auto dns = dnscheck::advised_dns(one);
    dns.replace("example.org", "TXT", {"v=spf1 \"\x01\xff"});
    const auto kept = snapshot(check(dns), today);
    CHECK(dnscheck::parse_snapshot(to_text(kept)) == kept);
    for (const auto* text : {"", "[]", "{}", "{\"checks\""}) CHECK(!dnscheck::parse_snapshot(text));
    CHECK(dnscheck::parse_snapshot(R"({"checks": 7, "checked": -5, "findings": "x"})").value() == Snapshot{});
}
