#include "app/figures/dns.h"

#include <doctest/doctest.h>

using dnscheck::Presence;
using dnscheck::Severity;
using dnscheck::Snapshot;

TEST_SUITE("figures of the DNS") {
    TEST_CASE("what is good, bad and unknown is told apart; foreign text stays short") {
        metrics::Registry registry;
        const auto has = [&](const std::string& line) { return ("\n" + registry.text()).contains("\n" + line + "\n"); };
        const base::SystemTime noon(std::chrono::hours(12));
        Snapshot snapshot{
            .checked = noon,
            .addresses = {"192.0.2.1", "2001:db8::1"},
            .checks = {{"a.example", "MX", Severity::ok},
                       {"a.example", "SPF", Severity::warning},
                       {"a.example", "DKIM", Severity::error},
                       {"a.example", "DMARC", Severity::unknown},
                       {"mail.a.example", "A", Severity::ok}},
            .records = {{"a.example", "MX", "a.example", "MX", "10 mail.a.example", "", true, Presence::missing},
                        {"mail.a.example", "A", "mail.a.example", "A", "192.0.2.1", std::string(2000, 'x'), true,
                         Presence::differs},
                        {"mail.a.example", "AAAA", "mail.a.example", "AAAA", "2001:db8::1", "", true,
                         Presence::unknown},
                        {"192.0.2.1", "PTR", "1.2.0.192.in-addr.arpa", "PTR", "mail.a.example", "mail.a.example", true,
                         Presence::ok}},
            .lists = {{"zen.example", "192.0.2.1", false}, {"zen.example", "2001:db8::1", true}}};
        app::fill_dns_rows(registry, snapshot);
        CHECK(has(R"(mailserver_dns_check_ok{domain="a.example",check="MX"} 1)"));
        CHECK(has(R"(mailserver_dns_check_ok{domain="a.example",check="SPF"} 1)"));
        CHECK(has(R"(mailserver_dns_check_ok{domain="a.example",check="DKIM"} 0)"));
        CHECK(!registry.text().contains(R"(check="DMARC")"));
        CHECK(has(R"(dns_sanity_domain_dkim_record{domain="a.example"} 0)"));
        CHECK(has(R"(mailserver_dns_record_info{domain="a.example",check="MX",host="a.example",type="MX",)"
                  R"(expected="10 mail.a.example",found="",status="missing"} 1)"));
        CHECK(registry.text().size() < 30'000);
        CHECK(has(R"(dns_sanity_server_a_record{hostname="mail.a.example"} 0)"));
        CHECK(has(R"(dns_sanity_server_ptr_record{ip="192.0.2.1"} 1)"));
        CHECK(!registry.text().contains(R"(mailserver_dns_host_ok{check="AAAA")"));
        CHECK(has(R"(mailserver_public_ip_info{ip="2001:db8::1",family="ipv6"} 1)"));
        CHECK(has(R"(dns_sanity_mailserver_ip{ip="192.0.2.1"} 1)"));
        CHECK(has(R"(mailserver_dnsbl_listed{list="zen.example"} 1)"));
        CHECK(has("mailserver_dns_last_check_timestamp_seconds 43200"));
        app::fill_dns_rows(registry, {.checked = noon});
        CHECK(!registry.text().contains("a.example"));
    }
}
