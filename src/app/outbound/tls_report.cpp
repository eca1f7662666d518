#include "app/outbound/tls_report.h"

#include <algorithm>
#include <format>
#include <iostream>
#include <set>

#include "app/common/status_file.h"
#include "app/common/version.h"
#include "base/text.h"
#include "sys/command.h"

namespace app {
namespace {

constexpr std::chrono::seconds dns_limit{5};

/// From the empty sender: nobody shall answer a report by machine. The filter signs it on its way.
base::Result<> submit(const std::string& recipient, const std::string& mail) {
    const auto outcome =
        sys::run({.argv = {"/usr/sbin/sendmail", "-i", "-f", "<>", "--", recipient}, .environment = {}, .input = mail});
    if (!outcome) return std::unexpected(outcome.error());
    if (outcome->exit_code != 0)
        return base::fail_transient(
            std::format("sendmail exits with code {}: {}", outcome->exit_code, base::printable(outcome->output, 200)));
    return {};
}

/// "sts", "tlsa" and "no-policy-found" in words.
std::string_view words_for(std::string_view policy_type) {
    return policy_type == "sts" ? "MTA-STS" : policy_type == "tlsa" ? "DANE" : "no policy";
}

struct Line {
    tlsrpt::Day day;
    std::string domain;
    tlsrpt::Counted counted;
};

base::Result<std::vector<Line>> all_counted(tlsrpt::Store& store) {
    const auto pending = store.days_and_domains();
    if (!pending) return std::unexpected(pending.error());
    std::vector<Line> lines;
    for (const auto& [day, domain] : *pending) {
        auto counted = store.counted(day, domain);
        if (!counted) return std::unexpected(counted.error());
        for (auto& one : *counted) lines.push_back({.day = day, .domain = domain, .counted = std::move(one)});
    }
    return lines;
}

void print(const std::vector<Line>& lines) {
    for (const auto& [day, domain, counted] : lines) {
        std::cout << std::format("{:%F}  {}  {}: {} sessions as wanted, {} not\n", day, domain,
                                 words_for(counted.policy["policy-type"].text()), counted.successes, counted.failures);
        for (const auto& [failure, sessions] : counted.details) {
            const auto& host = failure["receiving-mx-hostname"].text();
            std::cout << std::format("    {} times {}{}{}\n", sessions, failure["result-type"].text(),
                                     host.empty() ? "" : " at ", host);
        }
    }
}

void print_json(const std::vector<Line>& lines) {
    auto list = json::array();
    for (const auto& [day, domain, counted] : lines) {
        auto failures = json::array();
        for (const auto& [failure, sessions] : counted.details) {
            auto detail = failure;
            detail.set("sessions", sessions);
            failures.add(std::move(detail));
        }
        list.add(json::object({{"day", std::format("{:%F}", day)},
                               {"domain", domain},
                               {"policy", counted.policy},
                               {"successes", counted.successes},
                               {"failures", counted.failures},
                               {"details", std::move(failures)}}));
    }
    std::cout << json::dump(list, 2) << '\n';
}

base::Result<> show(tlsrpt::Store& store, bool as_json) {
    const auto lines = all_counted(store);
    if (!lines) return std::unexpected(lines.error());
    as_json ? print_json(*lines) : print(*lines);
    return {};
}

base::Result<> send_now(tlsrpt::Store& store, const settings::Settings& settings, const Installation& here) {
    if (const auto running = read_status(here.status_file()); !running) return std::unexpected(running.error());
    TlsReporting reporting(settings);
    const auto today = std::chrono::floor<std::chrono::days>(reporting.clock.now());
    const auto delivered = tlsrpt::report(reporting.means(store), today, {});
    if (!delivered) return std::unexpected(delivered.error());
    std::cout << std::format("{} reports are on their way.\n", delivered->sent);
    if (delivered->failed > 0)
        return base::fail_transient(std::format("cannot send {} reports", delivered->failed),
                                    "The log says why. They are tried again for a day.");
    return {};
}

}  // namespace

TlsReporting::TlsReporting(const settings::Settings& settings)
    : resolver(dns_limit),
      http(std::format("mailserver/{}", version)),
      reporter({.domain = settings.domain.str(),
                .hostname = settings.hostname.str(),
                .contact = "postmaster@" + settings.domain.str()}) {}

tlsrpt::Means TlsReporting::means(tlsrpt::Store& store) {
    return {
        .store = store, .resolver = resolver, .client = http, .clock = clock, .reporter = reporter, .submit = submit};
}

std::vector<std::string> tls_warnings(const Installation& here, base::SystemTime now) {
    constexpr std::size_t most_named = 5;
    auto store = tlsrpt::Store::open(here.tls_reports_database());
    const auto lines = store ? all_counted(*store) : std::unexpected(store.error());
    if (!lines) return {lines.error().text};
    std::set<std::string> domains;
    for (const auto& [day, domain, counted] : *lines)
        // Without its text there was no policy, or none could be had: then mail goes as it always did.
        if (day + std::chrono::days(2) > now && counted.failures > 0 && counted.policy.has("policy-string"))
            domains.insert(domain);
    if (domains.empty()) return {};
    std::vector<std::string> named(domains.begin(), domains.end());
    named.resize(std::min(named.size(), most_named));
    return {
        std::format("servers of {}{} did not have the TLS their domain promises; mail to them may be waiting. "
                    "`mailserver tls-report show` says more",
                    base::join(named, ", "), domains.size() > most_named ? " and others" : "")};
}

base::ExitCode tls_report_command(Arguments arguments, const settings::Settings& settings, const Installation& here) {
    const bool as_json = arguments.size() == 2 && arguments[0] == "show" && arguments[1] == "--json";
    const bool wants_show = as_json || (arguments.size() == 1 && arguments[0] == "show");
    const bool wants_now = arguments.size() == 1 && arguments[0] == "now";
    if (!wants_show && !wants_now) return report(usage_error("tls-report", "show [--json] | now"));
    auto store = tlsrpt::Store::open(here.tls_reports_database());
    if (!store) return report(store.error());
    const auto done = wants_now ? send_now(*store, settings, here) : show(*store, as_json);
    return done ? base::ExitCode::ok : report(done.error());
}

}  // namespace app
