#include "dnscheck/records.h"

#include <doctest/doctest.h>

#include "dnscheck/dkim_record.h"
#include "dnscheck/dmarc_record.h"
#include "dnscheck/spf.h"
#include "tests/unit/dnscheck/fixture.h"

using dnscheck::Record;
using dnscheck::required_records;
using dnscheck::server;
using resolver::Type;

namespace {

std::vector<Record> records_for(const settings::Settings& settings, const std::vector<std::string>& interfaces = {}) {
    const auto own = dnscheck::own_addresses(settings, dnscheck::addresses(interfaces), {});
    return required_records(settings, dnscheck::known_of(settings), own);
}

std::string listing(const std::vector<Record>& records) {
    std::string text;
    for (const auto& record : records)
        text += record.id + " " + (record.required ? "required " : "recommended ") + zone_line(record) + "\n";
    return base::replace_all(text, std::string(200, 'A'), "…");
}

/// What every domain has beside what it needs.
std::string recommended(const std::string& domain) {
    constexpr std::string_view lines =
        "domain.mta_sts recommended _mta-sts.# 3600 IN TXT \"v=STSv1; id=20261121\"\n"
        "domain.mta_sts.host recommended mta-sts.# 3600 IN CNAME mail.example.org.\n"
        "domain.tls_report recommended _smtp._tls.# 3600 IN TXT \"v=TLSRPTv1; rua=mailto:postmaster@example.org\"\n"
        "domain.autoconfig recommended autoconfig.# 3600 IN CNAME mail.example.org.\n"
        "domain.autodiscover recommended autodiscover.# 3600 IN CNAME mail.example.org.\n"
        "domain.srv recommended _imaps._tcp.# 3600 IN SRV 0 1 993 mail.example.org.\n"
        "domain.srv recommended _imap._tcp.# 3600 IN SRV 10 1 143 mail.example.org.\n"
        "domain.srv recommended _submissions._tcp.# 3600 IN SRV 0 1 465 mail.example.org.\n"
        "domain.srv recommended _submission._tcp.# 3600 IN SRV 10 1 587 mail.example.org.\n"
        "domain.srv recommended _pop3s._tcp.# 3600 IN SRV 0 0 0 .\n"
        "domain.srv recommended _pop3._tcp.# 3600 IN SRV 0 0 0 .\n"
        "domain.srv recommended _sieve._tcp.# 3600 IN SRV 0 1 4190 mail.example.org.\n";
    return base::replace_all(std::string(lines), "#", domain + ".");
}

}  // namespace

TEST_CASE("every record of a server with both families and two domains") {
    const auto settings = server({{"PUBLIC_IPV6", "2001:db8::25"}, {"ADDITIONAL_DOMAINS", "b.example"}});
    const std::string spf = "\"v=spf1 mx ip4:203.0.113.25 ip6:2001:db8::25 -all\"\n";
    const std::string dmarc =
        "\"v=DMARC1; p=quarantine; sp=quarantine; adkim=r; aspf=r; rua=mailto:postmaster@example.org\"\n";
    // The strings of a TXT break after 255 octets, 18 of them before the key.
    const std::string dkim = "\"v=DKIM1; k=rsa; p=…" + std::string(37, 'A') + "\" \"" + std::string(155, 'A') + "\"\n";
    CHECK(
        listing(records_for(settings)) ==
        "host.a required mail.example.org. 3600 IN A 203.0.113.25\n"
        "host.aaaa required mail.example.org. 3600 IN AAAA 2001:db8::25\n"
        "host.ptr.ipv4 required 25.113.0.203.in-addr.arpa. 3600 IN PTR mail.example.org.\n"
        "host.ptr.ipv6 required 5.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa. 3600 IN PTR "
        "mail.example.org.\n"
        "host.spf recommended mail.example.org. 3600 IN TXT \"v=spf1 a ip4:203.0.113.25 ip6:2001:db8::25 -all\"\n"
        "host.mx recommended mail.example.org. 3600 IN MX 0 .\n"
        "host.caa recommended mail.example.org. 3600 IN CAA 0 issue "
        "\"letsencrypt.org;validationmethods=http-01;accounturi=https://acme-v02.api.letsencrypt.org/acme/acct/7\"\n"
        "domain.mx required example.org. 3600 IN MX 10 mail.example.org.\n"
        "domain.spf required example.org. 3600 IN TXT " +
            spf + "domain.dkim required mailserver._domainkey.example.org. 3600 IN TXT " + dkim +
            "domain.dmarc required _dmarc.example.org. 3600 IN TXT " + dmarc + recommended("example.org") +
            "domain.mx required b.example. 3600 IN MX 10 mail.example.org.\n"
            "domain.spf required b.example. 3600 IN TXT " +
            spf + "domain.dkim required mailserver._domainkey.b.example. 3600 IN TXT " + dkim +
            "domain.dmarc required _dmarc.b.example. 3600 IN TXT " + dmarc + recommended("b.example") +
            "domain.dmarc.reports recommended b.example._report._dmarc.example.org. 3600 IN TXT \"v=DMARC1\"\n");
}

TEST_CASE("what is not known yet has no record") {
    const auto settings = server({{"PUBLIC_IPV4", ""}});
    const auto records = required_records(settings, {}, {});
    std::vector<std::string> ids;
    for (const auto& record : records)
        if (record.required) ids.push_back(record.id);
    CHECK(ids == std::vector<std::string>{"domain.mx", "domain.spf", "domain.dmarc"});
}

TEST_CASE("an IPv6 address that only an interface knows makes recommended records") {
    for (const auto& record : records_for(server(), {"2a00::1"}))
        if (record.type == Type::A || record.type == Type::AAAA || record.type == Type::PTR)
            CHECK(record.required == (record.id != "host.aaaa" && record.id != "host.ptr.ipv6"));
}

TEST_CASE("our advice passes our own judgement") {
    const auto settings =
        server({{"PUBLIC_IPV6", "2001:db8::25"}, {"ADMIN_USER", "a+b=c"}, {"RECIPIENT_DELIMITER", "off"}});
    auto dns = dnscheck::advised_dns(settings);
    for (const auto* ip : {"203.0.113.25", "2001:db8::25"}) {
        const auto outcome = dnscheck::check_host(base::IpAddress::parse(ip).value(), "example.org", "a@example.org",
                                                  "mail.example.org", dns);
        CHECK(outcome.result == dnscheck::SpfResult::pass);
        CHECK(outcome.lookups == 1);
    }
    const auto stranger = base::IpAddress::parse("203.0.113.26").value();
    CHECK(dnscheck::check_host(stranger, "example.org", "a@example.org", "x", dns).result == dnscheck::SpfResult::fail);
    const auto policy = dnscheck::parse_dmarc_record(dns.query("_dmarc.example.org", Type::TXT).texts.at(0));
    REQUIRE(policy);
    CHECK(policy->domain == dnscheck::DmarcAction::quarantine);
    CHECK(policy->reports_to == "mailto:a+b=c@example.org");
}

TEST_CASE("a TXT value is quoted, escaped and split after 255 octets") {
    const auto line = [](const std::string& value) {
        return dnscheck::zone_line(
            {.id = "", .subject = "", .name = "x.example", .type = Type::TXT, .value = value, .why = ""});
    };
    CHECK(line("") == "x.example. 3600 IN TXT \"\"");
    CHECK(line("a\"b\\c\n\xff") == "x.example. 3600 IN TXT \"a\\\"b\\\\c\\010\\255\"");
    CHECK(line(std::string(255, 'x')) == "x.example. 3600 IN TXT \"" + std::string(255, 'x') + "\"");
    CHECK(line(std::string(256, 'x')) == "x.example. 3600 IN TXT \"" + std::string(255, 'x') + "\" \"x\"");
    CHECK(line(std::string(600, 'x')) == "x.example. 3600 IN TXT \"" + std::string(255, 'x') + "\" \"" +
                                             std::string(255, 'x') + "\" \"" + std::string(90, 'x') + "\"");
}

TEST_CASE("the zone file text has every record, those of other zones as comments") {
    const auto settings = server();
    const auto text = zone_text(records_for(settings));
    CHECK(text.starts_with(
        "; mail.example.org\nmail.example.org. 3600 IN A 203.0.113.25\n\n; 203.0.113.25\n; at the owner "
        "of the address: 25.113.0.203.in-addr.arpa. 3600 IN PTR mail.example.org.\n"));
    CHECK(text.contains("\n; example.org\nexample.org. 3600 IN MX 10 mail.example.org.\n"));
    for (const auto line : base::split(text, '\n'))
        CHECK((line.empty() || line.starts_with(';') || line.contains(". 3600 IN ")));
}

TEST_CASE("CAA records name the CA that is known or set, others get none") {
    const auto issuer = [](std::map<std::string, std::string> changes) {
        return dnscheck::caa_issuer(server(std::move(changes)));
    };
    CHECK(issuer({}) == "letsencrypt.org");
    CHECK(issuer({{"ACME_DIRECTORY_URL", "https://acme-staging-v02.api.letsencrypt.org/directory"}}) ==
          "letsencrypt.org");
    CHECK(issuer({{"ACME_DIRECTORY_URL", "https://notletsencrypt.org/directory"}}) == "");
    CHECK(issuer({{"ACME_DIRECTORY_URL", "https://ca.example/acme"}, {"CAA_ISSUER", "ca.example"}}) == "ca.example");
}
