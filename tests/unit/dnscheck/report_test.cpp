#include "dnscheck/report.h"

#include <doctest/doctest.h>

#include "tests/unit/dnscheck/fixture.h"

using dnscheck::advised_dns;
using dnscheck::server;

namespace {

const auto one = server();

dnscheck::Report check(resolver::FakeResolver& dns) {
    return dnscheck::check({one, dnscheck::known_of(one), {}}, dns);
}

}  // namespace

TEST_CASE("a green report has its sections and nothing else") {
    auto dns = advised_dns(one);
    CHECK(dnscheck::as_text(check(dns)) ==
          "++++++ DNS sanity check: checking mail server's PTR / A settings.\n"
          "     ✅ DNS record for 'mail.example.org' points to our public ip '203.0.113.25'.\n"
          "     ✅ Reverse DNS PTR for IP '203.0.113.25' points to 'mail.example.org'.\n"
          "\n"
          "++++++ DNS sanity check: checking what proves the mail server.\n"
          "     ✅ 'mail.example.org' has valid SPF entry.\n"
          "     ✅ The CAA entries of 'mail.example.org' allow our certificate.\n"
          "\n"
          "++++++ DNS sanity check: checking mail domains settings.\n"
          "     ✅ example.org has MX entry pointing to 'mail.example.org'.\n"
          "     ✅ example.org has valid SPF entry pointing to '203.0.113.25'.\n"
          "     ✅ example.org has valid DKIM entry.\n"
          "     ✅ example.org has valid DMARC entry.\n"
          "     ✅ example.org has valid MTA-STS entry.\n"
          "     ✅ example.org has valid TLSRPT entry.\n"
          "     ✅ example.org has valid SRV entries.\n"
          "     ✅ 'mta-sts.example.org' leads to this server.\n"
          "     ✅ 'autoconfig.example.org' leads to this server.\n"
          "     ✅ 'autodiscover.example.org' leads to this server.\n");
}

TEST_CASE("each failed record is printed ready to paste, the zone line at the start of its line") {
    auto dns = advised_dns(one);
    dns.replace("example.org", "MX", {});
    dns.replace("example.org", "TXT", {});
    const auto text = dnscheck::as_text(check(dns));
    CHECK(
        text.contains("     ❌ example.org: ERROR: No MX entry pointing to 'mail.example.org'.\n"
                      "        It has no MX record at all.\n"));
    CHECK(
        text.ends_with("\n"
                       "++++++ DNS MX entry test failed.\n"
                       "     Other mail servers deliver the domain's mail to the host it names.\n"
                       "     Zone file line:\n"
                       "example.org. 3600 IN MX 10 mail.example.org.\n"
                       "     or in a form: type MX, name 'example.org', value:\n"
                       "10 mail.example.org\n"
                       "\n"
                       "++++++ DNS SPF entry test failed.\n"
                       "     It tells who may send mail for the domain: this server, and nobody else.\n"
                       "     Zone file line:\n"
                       "example.org. 3600 IN TXT \"v=spf1 mx ip4:203.0.113.25 -all\"\n"
                       "     or in a form: type TXT, name 'example.org', value:\n"
                       "v=spf1 mx ip4:203.0.113.25 -all\n"));
}

TEST_CASE("a record two checks ask for is printed once, those of one kind under one heading") {
    const auto many = server({{"PUBLIC_IPV6", "2001:db8::25"}, {"ADDITIONAL_DOMAINS", "b.example"}});
    resolver::FakeResolver empty;
    const auto text = dnscheck::as_text(dnscheck::check({many, dnscheck::known_of(many), {}}, empty));
    const auto count = [&text](const std::string& piece) {
        return (text.size() - base::replace_all(text, piece, "").size()) / piece.size();
    };
    CHECK(count("++++++ DNS SPF entry test failed.") == 1);
    CHECK(count("++++++ Reverse DNS PTR entry test failed.") == 1);
    CHECK(count("\nexample.org. 3600 IN TXT \"v=spf1 ") == 1);
    CHECK(count("\nb.example. 3600 IN TXT \"v=spf1 ") == 1);
    CHECK(count(" IN PTR mail.example.org.\n") == 2);
}

TEST_CASE("failed look-ups end with what to do about them") {
    resolver::FakeResolver dead = advised_dns(one);
    dead.replace("example.org", "MX", {"!timed_out"});
    CHECK(dnscheck::as_text(check(dead))
              .ends_with("\n++++++ Some records could not be looked up, so nothing is known about them.\n"
                         "     Check the server's network and DNS (DNS_FORWARDERS in settings.env), then run this "
                         "again.\n"));
}

TEST_CASE("JSON holds every finding and every record that is needed") {
    auto dns = advised_dns(one);
    dns.replace("example.org", "MX", {});
    const auto value = dnscheck::as_json(check(dns));
    CHECK(value["green"] == json::Value(false));
    CHECK(value["addresses"]["ipv4"]["address"].text() == "203.0.113.25");
    CHECK(value["addresses"]["ipv4"]["source"].text() == "setting");
    CHECK(value["addresses"]["ipv6"].is_null());
    CHECK(value["records"].items().size() == 21);
    CHECK(value["records"].items()[0]["zone_line"].text() == "mail.example.org. 3600 IN A 203.0.113.25");
    REQUIRE(value["findings"].items().size() == 14);
    const auto& mx = value["findings"].items()[4];
    CHECK(mx["cause"].text() == "missing");
    CHECK(mx["ignored"] == json::Value(false));
    CHECK(mx["id"].text() == "domain.mx");
    CHECK(mx["subject"].text() == "example.org");
    CHECK(mx["severity"].text() == "error");
    CHECK(mx["records"].items().at(0)["value"].text() == "10 mail.example.org");
    CHECK(json::parse(json::dump(value)) == value);
}

TEST_CASE("what the operator ignores is shown as such and asks for nothing") {
    const auto settings = server({{"DNS_CHECK_IGNORE", "domain.mx"}});
    auto dns = advised_dns(settings);
    dns.replace("example.org", "MX", {});
    const auto text = dnscheck::as_text(dnscheck::check({settings, dnscheck::known_of(settings), {}}, dns));
    CHECK(text.contains("     🔕 example.org: ERROR: No MX entry"));
    CHECK(!text.contains("test failed"));
}

TEST_CASE("a report can be cut down to a domain, or to what is required") {
    const auto many = server({{"ADDITIONAL_DOMAINS", "b.example"}});
    resolver::FakeResolver empty;
    const auto all = dnscheck::check({many, dnscheck::known_of(many), {}}, empty);
    const auto one_domain = only_domain(all, many.additional_domains[0]);
    CHECK(!one_domain.all().empty());
    for (const auto* finding : one_domain.all()) CHECK(finding->subject == "b.example");
    for (const auto& record : one_domain.wanted()) CHECK(record.subject == "b.example");
    const auto needed = only_required(all);
    CHECK(!needed.green());
    for (const auto& record : needed.wanted()) CHECK(record.required);
    for (const auto* finding : needed.all()) CHECK(finding->severity == dnscheck::Severity::error);
}

TEST_CASE("for web forms: name, type and the value in one piece") {
    const auto settings = server();
    const auto text = dnscheck::for_forms(required_records(settings, dnscheck::known_of(settings), {}));
    CHECK(text.contains(
        "Name:  example.org\n       (in a form for the zone example.org: @)\nType:  MX\nValue: 10 mail.example.org\n"));
    CHECK(
        text.contains("Name:  mailserver._domainkey.example.org\n       (in a form for the zone example.org: "
                      "mailserver._domainkey)\nType:  TXT\nValue: " +
                      dnscheck::own_key + "\n"));
}
