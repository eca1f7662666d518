#include <doctest/doctest.h>

#include "tests/unit/dnscheck/fixture.h"

using dnscheck::advised_dns;
using dnscheck::Finding;
using dnscheck::own_key;
using dnscheck::server;

namespace {

const auto one = server();

dnscheck::Report check(resolver::FakeResolver& dns, const settings::Settings& settings = one) {
    return dnscheck::check({settings, dnscheck::known_of(settings), {}}, dns);
}

/// Beside MX, SPF, DKIM and DMARC: recommended only.
bool is_extra(const Finding& finding) {
    for (const auto* id : {"domain.mx", "domain.spf", "domain.dkim", "domain.dmarc"})
        if (finding.id.starts_with(id) && finding.id != "domain.dmarc.reports") return false;
    return true;
}

/// The findings whose id begins with `id`, as text; without an id those about what is required.
std::string told(resolver::FakeResolver& dns, std::string_view id, const settings::Settings& settings = one) {
    auto findings = check(dns, settings).domains;
    std::erase_if(findings, [id](const Finding& finding) {
        return !finding.id.starts_with(id) || (id.empty() && is_extra(finding));
    });
    return dnscheck::told(findings);
}

/// The zone lines that go with the findings of `id`.
std::string advice(resolver::FakeResolver& dns, std::string_view id, const settings::Settings& settings = one) {
    std::string text;
    for (const auto& finding : check(dns, settings).domains)
        if (finding.id.starts_with(id) && !(id.empty() && is_extra(finding)))
            for (const auto& record : finding.records) text += record.value + "\n";
    return text;
}

/// The text for one TXT value at `name`.
std::string told_with(const std::string& name, const std::vector<std::string>& values, std::string_view id) {
    auto dns = advised_dns(one);
    dns.replace(name, "TXT", values);
    return told(dns, id);
}

constexpr const char* dkim_name = "mailserver._domainkey.example.org";
constexpr const char* no_dkim = "error domain.dkim: example.org: ERROR: No valid DKIM entry.\n";
constexpr const char* no_dmarc = "error domain.dmarc: example.org: ERROR: No valid DMARC entry.\n";
constexpr const char* no_spf =
    "error domain.spf.ipv4: example.org: ERROR: No valid SPF entry pointing to '203.0.113.25'.\n";
constexpr const char* no_mx = "error domain.mx: example.org: ERROR: No MX entry pointing to 'mail.example.org'.\n";

}  // namespace

TEST_CASE("with the records as advised every domain is green") {
    const auto two = server({{"ADDITIONAL_DOMAINS", "b.example"}, {"PUBLIC_IPV6", "2001:db8::25"}});
    auto dns = advised_dns(two);
    CHECK(told(dns, "", two) ==
          "ok domain.mx: example.org has MX entry pointing to 'mail.example.org'.\n"
          "ok domain.spf.ipv4: example.org has valid SPF entry pointing to '203.0.113.25'.\n"
          "ok domain.spf.ipv6: example.org has valid SPF entry pointing to '2001:db8::25'.\n"
          "ok domain.dkim: example.org has valid DKIM entry.\n"
          "ok domain.dmarc: example.org has valid DMARC entry.\n"
          "ok domain.mx: b.example has MX entry pointing to 'mail.example.org'.\n"
          "ok domain.spf.ipv4: b.example has valid SPF entry pointing to '203.0.113.25'.\n"
          "ok domain.spf.ipv6: b.example has valid SPF entry pointing to '2001:db8::25'.\n"
          "ok domain.dkim: b.example has valid DKIM entry.\n"
          "ok domain.dmarc: b.example has valid DMARC entry.\n");
    CHECK(check(dns, two).green());
}

TEST_CASE("with nothing in the DNS every record is missing and advised") {
    resolver::FakeResolver empty;
    CHECK(told(empty, "") == std::string(no_mx) + "It has no MX record at all.\n" + no_spf +
                                 "Evaluation gives 'none': example.org has no SPF record.\n" + no_dkim +
                                 "There is no TXT record 'mailserver._domainkey.example.org'.\n" + no_dmarc +
                                 "There is no TXT record '_dmarc.example.org'.\n");
    CHECK(advice(empty, "") == "10 mail.example.org\nv=spf1 mx ip4:203.0.113.25 -all\n" + own_key +
                                   "\nv=DMARC1; p=quarantine; sp=quarantine; adkim=r; aspf=r; "
                                   "rua=mailto:postmaster@example.org\n");
}

TEST_CASE("an MX elsewhere is an error that says what is there") {
    auto dns = advised_dns(one);
    dns.replace("example.org", "MX", {"20 mx.other.example", "10 mx.isp.example"});
    CHECK(told(dns, "domain.mx") ==
          std::string(no_mx) + "Its MX records are: '10 mx.isp.example', '20 mx.other.example'.\n");
    dns.replace("example.org", "MX", {"0 ."});
    CHECK(told(dns, "domain.mx") == std::string(no_mx) +
                                        "Its MX records are: '0 .'.\n"
                                        "Its null MX '.' says that it takes no mail (RFC 7505 §3); remove it.\n");
}

TEST_CASE("an MX that names an alias of HOSTNAME is an error with the reason") {
    auto dns = advised_dns(one);
    dns.replace("example.org", "MX", {"10 mx.example.org"});
    dns.add({{"mx.example.org", "CNAME", "mail.example.org"}});
    CHECK(told(dns, "domain.mx") == std::string(no_mx) +
                                        "Its MX records are: '10 mx.example.org'.\n'mx.example.org' is an alias "
                                        "(CNAME) of 'mail.example.org'; an MX "
                                        "must name the host itself (RFC 2181 §10.3).\n");
}

TEST_CASE("another MX beside ours is a warning; it says who is tried first") {
    auto dns = advised_dns(one);
    dns.replace("example.org", "MX", {"10 mail.example.org", "20 backup.example"});
    CHECK(told(dns, "domain.mx.other") ==
          "warning domain.mx.other: example.org: WARNING: beside '10 mail.example.org' there are other MX entries: "
          "'20 backup.example'.\nMail that they take while this server is away must be passed on to it.\n");
    dns.replace("example.org", "MX", {"10 mail.example.org", "5 old.example"});
    CHECK(told(dns, "domain.mx.other").ends_with("The lowest number is tried first: mail goes to the other host.\n"));
    CHECK(check(dns).green());
}

TEST_CASE("SPF is judged by what it means, not by how it looks") {
    for (const auto* good : {"v=spf1 a:mail.example.org -all", "v=spf1 mx ~all", "v=spf1 ip4:203.0.113.0/24 ?all",
                             "v=spf1 a mx ip4:203.0.113.25 -all"}) {
        CAPTURE(good);
        CHECK(
            told_with("example.org", {"google-verification=1", good}, "domain.spf").starts_with("ok domain.spf.ipv4"));
    }
    CHECK(told_with("example.org", {"v=spf1 ip4:203.0.113.26 ~all"}, "domain.spf") ==
          std::string(no_spf) +
              "Evaluation gives 'softfail': '~all' matched.\nThe present record is: 'v=spf1 ip4:203.0.113.26 ~all'\n"
              "The record below replaces it: two SPF records are an error.\n");
    CHECK(told_with("example.org", {"v=spf1 -all", "v=spf1 mx -all"}, "domain.spf") ==
          std::string(no_spf) +
              "Evaluation gives 'permerror': example.org has 2 SPF records, only one is allowed.\n"
              "The present record is: 'v=spf1 -all', 'v=spf1 mx -all'\nThe record below replaces all of them.\n");
    CHECK(told_with("example.org", {"v=spf1 mx ipv4:203.0.113.25 -all"}, "domain.spf")
              .contains("Evaluation gives 'permerror': 'ipv4:203.0.113.25': there is no such mechanism.\n"));
}

TEST_CASE("SPF advice keeps what the domain already allows") {
    auto dns = advised_dns(one);
    dns.replace("example.org", "TXT", {"v=spf1 include:_spf.news.example ~all"});
    dns.add({{"_spf.news.example", "TXT", "v=spf1 ip4:198.51.100.0/24 -all"}});
    CHECK(advice(dns, "domain.spf") == "v=spf1 ip4:203.0.113.25 include:_spf.news.example ~all\n");
    dns.replace("example.org", "TXT", {"v=spf1"});
    CHECK(advice(dns, "domain.spf") == "v=spf1 ip4:203.0.113.25\n");
    for (const auto* hopeless : {"v=spf1 mx foo", "v=spf1 mx ip4:1"}) {
        dns.replace("example.org", "TXT", {hopeless});
        CHECK(advice(dns, "domain.spf") == "v=spf1 mx ip4:203.0.113.25 -all\n");
    }
}

TEST_CASE("SPF that covers one family only is an error for the other, with one advice") {
    const auto both = server({{"PUBLIC_IPV6", "2001:db8::25"}});
    auto dns = advised_dns(both);
    dns.replace("example.org", "TXT", {"v=spf1 ip4:203.0.113.25 -all"});
    CHECK(told(dns, "domain.spf", both)
              .starts_with(
                  "ok domain.spf.ipv4: example.org has valid SPF entry pointing to '203.0.113.25'.\n"
                  "error domain.spf.ipv6: example.org: ERROR: No valid SPF entry pointing to '2001:db8::25'.\n"));
    CHECK(advice(dns, "domain.spf", both) == "v=spf1 ip6:2001:db8::25 ip4:203.0.113.25 -all\n");
}

TEST_CASE("an SPF record for everybody is a warning") {
    CHECK(told_with("example.org", {"v=spf1 +all"}, "domain.spf.all") ==
          "warning domain.spf.all: example.org: WARNING: the SPF record allows everybody to send mail for the domain "
          "('+all'); use '-all'.\n");
}

TEST_CASE("SPF must name the provider that mail leaves through") {
    const auto relayed = server({{"RELAY_HOST", "smtp.provider.example"}});
    auto dns = advised_dns(relayed);
    resolver::FakeResolver empty;
    CHECK(advice(empty, "domain.spf", relayed) == "v=spf1 mx ip4:203.0.113.25 ~all\n");
    constexpr auto* warning =
        "warning domain.spf.relay: example.org: WARNING: mail leaves through 'smtp.provider.example', whose servers "
        "the "
        "SPF record does not name.\nAdd what the provider tells, such as 'include:_spf.provider.example'.\n";
    CHECK(told(dns, "domain.spf.relay", relayed) == warning);
    dns.replace("example.org", "TXT", {"v=spf1 a:mail.example.org mx -include:x.example -all"});
    CHECK(told(dns, "domain.spf.relay", relayed) == warning);
    dns.replace("example.org", "TXT", {"v=spf1 mx include:_spf.provider.example -all"});
    CHECK(told(dns, "domain.spf.relay", relayed).empty());
    CHECK(told_with("example.org", {"v=spf1 mx -all"}, "domain.spf.relay").empty());
}

TEST_CASE("an SPF record whose include cannot be looked up is unknown, not wrong") {
    auto dns = advised_dns(one);
    dns.replace("example.org", "TXT", {"v=spf1 include:dead.example -all"});
    dns.add({{"dead.example", "TXT", "!timed_out"}});
    CHECK(told(dns, "domain.spf") ==
          "unknown domain.spf.ipv4: example.org: ERROR: cannot evaluate the SPF record for '203.0.113.25': cannot look "
          "up "
          "'dead.example': no answer in time.\n");
    CHECK(advice(dns, "domain.spf") == "");
}

TEST_CASE("DKIM: missing, revoked, cut off, foreign and doubled keys are told apart") {
    const auto told_dkim = [](const std::vector<std::string>& values) {
        return told_with(dkim_name, values, "domain.dkim");
    };
    const std::string misfit =
        std::string(no_dkim) + "The TXT record 'mailserver._domainkey.example.org' does not fit.\n";
    CHECK(told_dkim({}) == std::string(no_dkim) + "There is no TXT record 'mailserver._domainkey.example.org'.\n");
    CHECK(told_dkim({"v=DKIM1; k=rsa; p="}) == misfit + "The key is revoked: its 'p=' is empty.\n");
    CHECK(told_dkim({own_key.substr(0, 255)})
              .starts_with(misfit + "The key is cut off: 237 of 392 characters of 'p=' are there."));
    CHECK(told_dkim({"v=DKIM1; k=rsa; p=QUJD"}) ==
          misfit + "It is the public half of another key than the one this server signs with.\n");
    CHECK(told_dkim({own_key, own_key}) ==
          std::string(no_dkim) + "There are 2 TXT records 'mailserver._domainkey.example.org', only one is allowed.\n");
    CHECK(told_dkim({own_key + "; t=y"}).ends_with("receivers may ignore the signatures.\n"));
}

TEST_CASE("without a DKIM key of our own the remedy is to start the server, not a record") {
    auto dns = advised_dns(one);
    const auto report = dnscheck::check({one, {}, {}}, dns);
    const auto dkim = std::ranges::find(report.domains, std::string("domain.dkim"), &Finding::id);
    REQUIRE(dkim != report.domains.end());
    CHECK(
        dkim->text ==
        "example.org: ERROR: No valid DKIM entry.\nThis server has no DKIM key for it yet. Start the server once with "
        "./start_mailserver.sh, it makes the key; then check again.");
    CHECK(dkim->records.empty());
    CHECK(!report.green());
}

TEST_CASE("DMARC: missing, broken and doubled policies are errors, p=none is good with a recommendation") {
    const auto told_dmarc = [](const std::vector<std::string>& values) {
        return told_with("_dmarc.example.org", values, "domain.dmarc");
    };
    CHECK(told_dmarc({}) == std::string(no_dmarc) + "There is no TXT record '_dmarc.example.org'.\n");
    CHECK(told_dmarc({"hello"}) ==
          std::string(no_dmarc) + "No TXT record '_dmarc.example.org' starts with 'v=DMARC1'.\n");
    CHECK(told_dmarc({"v=DMARC1; rua=mailto:a@b.example"}) == std::string(no_dmarc) + "The tag 'p' is missing.\n");
    CHECK(told_dmarc({"v=DMARC1; p=all"}) == std::string(no_dmarc) + "'p=all' must be none, quarantine or reject.\n");
    CHECK(told_dmarc({"v=DMARC1; p=none", "v=DMARC1; p=reject"}) ==
          std::string(no_dmarc) + "There are 2 DMARC records, only one is allowed.\n");
    CHECK(told_dmarc({"v=DMARC1; p=none"}) ==
          "ok domain.dmarc: example.org has valid DMARC entry.\n"
          "warning domain.dmarc.policy: example.org: WARNING: the DMARC policy is 'p=none': receivers deliver forged "
          "mail. "
          "Once the reports show no surprises, change it to 'p=quarantine'.\n");
    CHECK(told_dmarc(
              {"v=DMARC1;p=quarantine;sp=quarantine;pct=100;adkim=r;aspf=r;rua=mailto:a@x.example;ri=1800;fo=1"}) ==
          "ok domain.dmarc: example.org has valid DMARC entry.\n");
}

TEST_CASE("a dead DNS gives no advice at all") {
    resolver::FakeResolver dead;
    for (const auto* name : {"example.org", "_dmarc.example.org", dkim_name})
        dead.add({{name, "TXT", "!timed_out"}, {name, "MX", "!timed_out"}});
    CHECK(
        told(dead, "") ==
        "unknown domain.mx: example.org: ERROR: cannot look up the MX record of 'example.org': no answer in time.\n"
        "unknown domain.spf: example.org: ERROR: cannot look up the TXT record of 'example.org': no answer in time.\n"
        "unknown domain.dkim: example.org: ERROR: cannot look up the TXT record of "
        "'mailserver._domainkey.example.org': no answer in time.\n"
        "unknown domain.dmarc: example.org: ERROR: cannot look up the TXT record of '_dmarc.example.org': no answer in "
        "time.\n");
    CHECK(advice(dead, "") == "");
}
