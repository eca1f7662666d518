#include "metrics/login_figures.h"

#include <doctest/doctest.h>

#include <format>

TEST_SUITE("metrics of logins") {
    TEST_CASE("logins count by protocol, failing networks for an hour") {
        metrics::Registry registry;
        metrics::LoginFigures figures(registry);
        const base::SystemTime noon(std::chrono::hours(12));
        const auto has = [&](const std::string& line) { return registry.text().contains("\n" + line + "\n"); };
        figures.count("imap", "192.0.2.1", true, noon);
        figures.count("imap", "192.0.2.1", false, noon);
        figures.count("smtp", "2001:db8::1", false, noon + std::chrono::minutes(30));
        figures.count("smtp", "2001:db8::2", false, noon + std::chrono::minutes(30));
        figures.count("anything", "", false, noon);
        figures.refresh(noon + std::chrono::minutes(31));
        CHECK(has(R"(mailserver_logins_total{protocol="imap"} 1)"));
        CHECK(has(R"(mailserver_login_failures_total{protocol="imap"} 1)"));
        CHECK(has(R"(mailserver_login_failures_total{protocol="smtp"} 2)"));
        CHECK(has(R"(mailserver_login_failures_total{protocol="web"} 1)"));
        CHECK(has("mailserver_login_failing_networks 2"));
        figures.refresh(noon + std::chrono::minutes(60));
        CHECK(has("mailserver_login_failing_networks 1"));
        for (int n = 0; n < 11'000; ++n)
            figures.count("imap", std::format("198.{}.{}.{}", 18 + n / 60'000, n / 250, n % 250), false, noon);
        figures.refresh(noon);
        CHECK(has("mailserver_login_failing_networks 10000"));
    }
}
