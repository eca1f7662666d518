/// Every record right, then each broken in turn.
#include <doctest/doctest.h>

#include "tests/unit/dnscheck/fixture.h"

using dnscheck::advised_dns;
using dnscheck::Finding;
using dnscheck::own_key;
using dnscheck::own_tls_key;
using dnscheck::Severity;
using Rows = std::vector<resolver::Row>;

namespace {

const auto two = dnscheck::server({{"ADDITIONAL_DOMAINS", "b.example"},
                                   {"PUBLIC_IPV6", "2001:db8::25"},
                                   {"BIMI_LOGO_URL", "https://www.example.org/logo.svg"}});
const std::string reverse = "25.113.0.203.in-addr.arpa";
const std::string dkim = "mailserver._domainkey.example.org";
const std::string spf = "v=spf1 mx ip4:203.0.113.25 ip6:2001:db8::25 -all";
const std::string dmarc = "v=DMARC1; p=quarantine; sp=quarantine; adkim=r; aspf=r; rua=mailto:postmaster@example.org";
const std::string caa =
    "0 issue \"letsencrypt.org;validationmethods=http-01;accounturi=" + dnscheck::own_account + "\"";

dnscheck::Report check(resolver::FakeResolver& dns) {
    return dnscheck::check({two, dnscheck::known_of(two), {}}, dns);
}

/// What is put in place of all records of a name, and what the check then says first.
struct Case {
    std::string name, type;
    std::vector<std::string> values;  ///< in place of the right one
    Severity severity;
    std::string id, cause;
    std::string line;  ///< the zone file line that is advised; empty: none
    std::string text;  ///< in the finding
    Rows besides = {};
};

const std::string mx_line = "example.org. 3600 IN MX 10 mail.example.org.";
const std::string spf_line = "example.org. 3600 IN TXT \"" + spf + "\"";
const std::string dmarc_line = "_dmarc.example.org. 3600 IN TXT \"" + dmarc + "\"";
const std::string dkim_line =
    "mailserver._domainkey.example.org. 3600 IN TXT \"v=DKIM1; k=rsa; p=" + std::string(237, 'A') + "\" \"" +
    std::string(155, 'A') + "\"";
const std::string caa_line =
    "mail.example.org. 3600 IN CAA 0 issue \"letsencrypt.org;validationmethods=http-01;accounturi=" +
    dnscheck::own_account + "\"";
const std::string tlsa_line = "_25._tcp.mail.example.org. 3600 IN TLSA 3 1 1 " + own_tls_key;
const std::string imaps_line = "_imaps._tcp.example.org. 3600 IN SRV 0 1 993 mail.example.org.";

const auto error = Severity::error, warning = Severity::warning, unknown = Severity::unknown, note = Severity::note;

const Case cases[] = {
    // The host.
    {"mail.example.org",
     "A",
     {},
     error,
     "host.a",
     "missing",
     "mail.example.org. 3600 IN A 203.0.113.25",
     "no A record"},
    {"mail.example.org",
     "A",
     {"203.0.113.9"},
     error,
     "host.a",
     "wrong",
     "mail.example.org. 3600 IN A 203.0.113.25",
     "points to the wrong IP"},
    {"mail.example.org",
     "A",
     {"203.0.113.25", "203.0.113.9"},
     warning,
     "host.a.other",
     "wrong",
     "",
     "also points to '203.0.113.9'"},
    {"mail.example.org",
     "AAAA",
     {},
     error,
     "host.aaaa",
     "missing",
     "mail.example.org. 3600 IN AAAA 2001:db8::25",
     "no AAAA record"},
    {"mail.example.org", "A", {"!timed_out"}, unknown, "host.a", "unanswered", "", "no answer in time"},
    {"mail.example.org", "A", {"!bogus"}, unknown, "host.a", "bogus", "", "DNSSEC validation failed"},
    {reverse,
     "PTR",
     {},
     error,
     "host.ptr.ipv4",
     "missing",
     reverse + ". 3600 IN PTR mail.example.org.",
     "no PTR record"},
    {reverse,
     "PTR",
     {"static-25.isp.example"},
     error,
     "host.ptr.ipv4",
     "wrong",
     reverse + ". 3600 IN PTR mail.example.org.",
     "'static-25.isp.example'"},
    // What proves it.
    {"mail.example.org",
     "TXT",
     {},
     warning,
     "host.spf",
     "missing",
     "mail.example.org. 3600 IN TXT \"v=spf1 a ip4:203.0.113.25 ip6:2001:db8::25 -all\"",
     "bounces"},
    {"mail.example.org",
     "TXT",
     {"v=spf1 -all"},
     error,
     "host.spf",
     "wrong",
     "mail.example.org. 3600 IN TXT \"v=spf1 a ip4:203.0.113.25 ip6:2001:db8::25 -all\"",
     "'fail'"},
    {"mail.example.org", "MX", {}, note, "host.mx", "missing", "mail.example.org. 3600 IN MX 0 .", "null MX"},
    {"mail.example.org", "CAA", {}, warning, "host.caa", "missing", caa_line, "any certificate authority"},
    {"mail.example.org",
     "CAA",
     {"0 issue \"other-ca.example\""},
     error,
     "host.caa",
     "wrong",
     caa_line,
     "another certificate authority"},
    {"mail.example.org",
     "CAA",
     {"0 issue \"letsencrypt.org; accounturi=https://x/1\""},
     error,
     "host.caa",
     "wrong",
     caa_line,
     "another account"},
    {"mail.example.org",
     "CAA",
     {"0 issue \"letsencrypt.org; validationmethods=dns-01\""},
     error,
     "host.caa",
     "wrong",
     caa_line,
     "lack http-01"},
    {"mail.example.org",
     "CAA",
     {},
     error,
     "host.caa",
     "wrong",
     caa_line,
     "CAA entries of 'example.org'",
     {{"example.org", "CAA", "0 issue \";\""}}},
    {"_25._tcp.mail.example.org", "TLSA", {}, warning, "host.tlsa", "missing", tlsa_line, "No TLSA entry"},
    {"_25._tcp.mail.example.org",
     "TLSA",
     {"3 1 1 " + std::string(64, 'b')},
     error,
     "host.tlsa",
     "wrong",
     tlsa_line,
     "do not deliver"},
    // The domain's three, and MX.
    {"example.org", "MX", {}, error, "domain.mx", "missing", mx_line, "no MX record at all"},
    {"example.org", "MX", {"10 mx.isp.example"}, error, "domain.mx", "wrong", mx_line, "'10 mx.isp.example'"},
    {"example.org",
     "MX",
     {"10 mx.example.org"},
     error,
     "domain.mx",
     "wrong",
     mx_line,
     "is an alias (CNAME)",
     {{"mx.example.org", "CNAME", "mail.example.org"}}},
    {"example.org",
     "MX",
     {"10 mx.example.org"},
     warning,
     "domain.mx",
     "wrong",
     mx_line,
     "not by its name",
     {{"mx.example.org", "A", "203.0.113.25"}}},
    {"example.org",
     "MX",
     {},
     error,
     "domain.mx",
     "doubled",
     mx_line,
     "example.org.example.org",
     {{"example.org.example.org", "MX", "10 mail.example.org"}}},
    {"example.org", "TXT", {}, error, "domain.spf.ipv4", "missing", spf_line, "has no SPF record"},
    {"example.org",
     "TXT",
     {spf, "v=spf1 -all"},
     error,
     "domain.spf.ipv4",
     "duplicate",
     spf_line,
     "only one is allowed"},
    {"example.org", "TXT", {"\"" + spf}, error, "domain.spf.ipv4", "quoted", spf_line, "quotation marks"},
    {dkim, "TXT", {}, error, "domain.dkim", "missing", dkim_line, "There is no TXT record"},
    {dkim, "TXT", {own_key.substr(0, 255)}, error, "domain.dkim", "truncated", dkim_line, "cut off"},
    {dkim, "TXT", {own_key, own_key}, error, "domain.dkim", "duplicate", dkim_line, "only one is allowed"},
    {dkim, "TXT", {"\"" + own_key + "\""}, error, "domain.dkim", "quoted", dkim_line, "quotation marks"},
    {dkim,
     "TXT",
     {},
     error,
     "domain.dkim",
     "alias",
     dkim_line,
     "is an alias (CNAME)",
     {{dkim, "CNAME", "old.example.org"}}},
    {dkim, "TXT", {"v=DKIM1; p=" + std::string(392, 'B')}, error, "domain.dkim", "wrong", dkim_line, "another key"},
    {"_dmarc.example.org", "TXT", {}, error, "domain.dmarc", "missing", dmarc_line, "There is no TXT record"},
    {"_dmarc.example.org",
     "TXT",
     {},
     error,
     "domain.dmarc",
     "doubled",
     dmarc_line,
     "'_dmarc.example.org.example.org'",
     {{"_dmarc.example.org.example.org", "TXT", dmarc}}},
    {"_dmarc.example.org",
     "TXT",
     {dmarc, dmarc},
     error,
     "domain.dmarc",
     "duplicate",
     dmarc_line,
     "only one is allowed"},
    {"_dmarc.example.org",
     "TXT",
     {"v=spf1 -all"},
     error,
     "domain.dmarc",
     "wildcard",
     dmarc_line,
     "wildcard '*.example.org'",
     {{"nobody-has-this-name.example.org", "TXT", "v=spf1 -all"}}},
    {"_dmarc.example.org",
     "TXT",
     {"v=DMARC1; p=block"},
     error,
     "domain.dmarc",
     "wrong",
     dmarc_line,
     "must be none, quarantine or reject"},
    // The recommended ones.
    {"b.example._report._dmarc.example.org",
     "TXT",
     {},
     warning,
     "domain.dmarc.reports",
     "missing",
     "b.example._report._dmarc.example.org. 3600 IN TXT \"v=DMARC1\"",
     "There is no TXT record"},
    {"_mta-sts.example.org",
     "TXT",
     {},
     warning,
     "domain.mta_sts",
     "missing",
     "_mta-sts.example.org. 3600 IN TXT \"v=STSv1; id=20261121\"",
     "There is no TXT record"},
    {"_mta-sts.example.org",
     "TXT",
     {"v=STSv1; id=1;"},
     warning,
     "domain.mta_sts",
     "wrong",
     "_mta-sts.example.org. 3600 IN TXT \"v=STSv1; id=20261121\"",
     "older policy"},
    {"_mta-sts.example.org",
     "TXT",
     {"v=STSv1; id=1", "v=STSv1; id=2"},
     warning,
     "domain.mta_sts",
     "duplicate",
     "_mta-sts.example.org. 3600 IN TXT \"v=STSv1; id=20261121\"",
     "only one is allowed"},
    {"mta-sts.example.org",
     "CNAME",
     {},
     warning,
     "domain.mta_sts.host",
     "missing",
     "mta-sts.example.org. 3600 IN CNAME mail.example.org.",
     "cannot fetch the policy"},
    {"_smtp._tls.example.org",
     "TXT",
     {"v=TLSRPTv1; rua="},
     warning,
     "domain.tls_report",
     "wrong",
     "_smtp._tls.example.org. 3600 IN TXT \"v=TLSRPTv1; rua=mailto:postmaster@example.org\"",
     "nobody to report to"},
    {"autoconfig.example.org",
     "CNAME",
     {},
     warning,
     "domain.autoconfig",
     "wrong",
     "autoconfig.example.org. 3600 IN CNAME mail.example.org.",
     "'203.0.113.9'",
     {{"autoconfig.example.org", "A", "203.0.113.9"}}},
    {"autodiscover.example.org",
     "CNAME",
     {"gone.example"},
     warning,
     "domain.autodiscover",
     "wrong",
     "autodiscover.example.org. 3600 IN CNAME mail.example.org.",
     "alias of 'gone.example'"},
    {"_imaps._tcp.example.org", "SRV", {}, warning, "domain.srv", "missing", imaps_line, "There is no SRV record"},
    {"_imaps._tcp.example.org",
     "SRV",
     {"0 1 993 old.example.org"},
     warning,
     "domain.srv",
     "wrong",
     imaps_line,
     "'0 1 993 old.example.org'"},
    {"_pop3._tcp.example.org",
     "SRV",
     {"0 1 110 mail.example.org"},
     warning,
     "domain.srv",
     "wrong",
     "_pop3._tcp.example.org. 3600 IN SRV 0 0 0 .",
     "'0 1 110 mail.example.org'"},
    {"default._bimi.example.org",
     "TXT",
     {"v=BIMI1; l=https://x/y.svg"},
     warning,
     "domain.bimi",
     "wrong",
     "default._bimi.example.org. 3600 IN TXT \"v=BIMI1; l=https://www.example.org/logo.svg; a=\"",
     "the address of the logo"},
};

/// The first finding that is not all right.
const Finding* first_trouble(const dnscheck::Report& report) {
    const Finding* found = nullptr;
    for (const auto* finding : report.all())
        if (finding->severity != Severity::ok && (!found || finding->severity > found->severity)) found = finding;
    return found;
}

}  // namespace

TEST_CASE("with every record as advised nothing is to be said") {
    auto dns = advised_dns(two, true);
    const auto report = check(dns);
    CHECK(report.green());
    for (const auto* finding : report.all()) CHECK_MESSAGE(finding->severity == Severity::ok, finding->text);
}

TEST_CASE("each broken record is found, with its severity, its cause and the record to enter") {
    for (const auto& broken : cases) {
        auto dns = advised_dns(two, true);
        dns.replace(broken.name, broken.type, broken.values);
        dns.add(broken.besides);
        const auto report = check(dns);
        const auto* found = first_trouble(report);
        INFO(broken.id, " of ", broken.name, ": ", broken.text);
        REQUIRE(found);
        CAPTURE(found->text);
        CHECK(found->id == broken.id);
        CHECK(severity_name(found->severity) == severity_name(broken.severity));
        CHECK(found->cause == broken.cause);
        CHECK(found->text.contains(broken.text));
        CHECK((found->records.empty() ? "" : zone_line(found->records.front())) == broken.line);
        CHECK(report.green() == (broken.severity == warning || broken.severity == note));
    }
}

TEST_CASE("a record that an unsigned zone cannot prove is not advised") {
    auto dns = advised_dns(two);
    for (const auto& record : check(dns).wanted()) CHECK(record.id != "host.tlsa");
    dns.add({{"_25._tcp.mail.example.org", "TLSA", "3 1 1 " + std::string(64, 'b')}});
    const auto report = check(dns);
    const auto* found = first_trouble(report);
    REQUIRE(found);
    CHECK(found->id == "host.tlsa");
    CHECK(severity_name(found->severity) == "warning");
}

TEST_CASE("the operator silences findings by id, everywhere or for one subject") {
    const auto ignoring = [](const std::string& list) {
        const auto settings = dnscheck::server({{"ADDITIONAL_DOMAINS", "b.example"}, {"DNS_CHECK_IGNORE", list}});
        auto dns = advised_dns(settings);
        dns.replace("b.example", "MX", {});
        return dnscheck::check({settings, dnscheck::known_of(settings), {}}, dns);
    };
    CHECK(!ignoring("domain.dmarc").green());
    CHECK(!ignoring("domain.mx@example.org").green());
    for (const auto* list : {"domain.mx", "domain.dmarc,domain.mx@b.example"}) {
        const auto report = ignoring(list);
        CHECK(report.green());
        CHECK(first_trouble(report)->ignored);
    }
}

TEST_CASE("several DKIM keys are checked each: those that sign must be there, others should") {
    const auto settings = dnscheck::server();
    auto dns = advised_dns(settings);
    auto known = dnscheck::known_of(settings);
    auto& keys = known.dkim[settings.domain];
    keys.push_back({.key = {.selector = "ed"}, .value = "v=DKIM1; k=ed25519; p=AAAA"});
    keys.push_back({.key = {.selector = "soon", .state = dkim::State::announced}, .value = own_key});
    keys.push_back({.key = {.selector = "old", .state = dkim::State::retired}, .value = own_key});
    dns.add({{"old._domainkey.example.org", "TXT", own_key}});
    std::string told;
    for (const auto& finding : dnscheck::check({settings, known, {}}, dns).domains)
        if (finding.id == "domain.dkim")
            told += std::string(severity_name(finding.severity)) + ": " + finding.text + "\n";
    CHECK(told ==
          "ok: example.org has valid DKIM entry 'mailserver'.\n"
          "error: example.org: ERROR: No valid DKIM entry 'ed'.\nThere is no TXT record 'ed._domainkey.example.org'.\n"
          "warning: example.org: WARNING: No valid DKIM entry 'soon'.\n"
          "There is no TXT record 'soon._domainkey.example.org'.\n"
          "ok: example.org has valid DKIM entry 'old'.\n");
}

TEST_CASE("the key of port 25 and the next one: that of the certificate must be there, the other is for later") {
    const auto settings = dnscheck::server();
    auto known = dnscheck::known_of(settings);
    known.tls_keys.emplace_back(64, 'c');
    const auto finding = [&](const std::vector<std::string>& published) {
        auto dns = advised_dns(settings, true);
        dns.replace("_25._tcp.mail.example.org", "TLSA", published);
        for (auto& one : dnscheck::check({settings, known, {}}, dns).trust)
            if (one.id == "host.tlsa") return one;
        return Finding{};
    };
    const auto now = "3 1 1 " + own_tls_key, next = "3 1 1 " + std::string(64, 'c');
    CHECK(severity_name(finding({now, next}).severity) == "ok");
    CHECK(severity_name(finding({next}).severity) == "error");
    const auto ahead = finding({now});
    CHECK(severity_name(ahead.severity) == "note");
    REQUIRE(ahead.records.size() == 1);
    CHECK(ahead.records[0].value == next);
}
