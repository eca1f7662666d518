#include "app/outbound/tls.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <format>
#include <optional>

#include "app/common/repeated.h"
#include "app/common/version.h"
#include "app/outbound/tls_report.h"
#include "base/log.h"
#include "engines/sockets.h"
#include "mtasts/service.h"
#include "net/socketmap.h"
#include "resolver/stub_resolver.h"
#include "sys/files.h"
#include "tlsrpt/collector.h"

namespace app {
namespace {

using std::chrono::hours, std::chrono::minutes, std::chrono::seconds;

constexpr seconds dns_limit{5};
/// What is looked for: policies not fetched for a day.
constexpr Rhythm refresh_rhythm{.first = minutes(10), .interval = hours(1)};
/// What is looked for: days that are over, and reports that could not be delivered.
constexpr Rhythm reports_rhythm{.first = minutes(1), .interval = minutes(10)};

/// Only Postfix has business at these sockets.
base::Result<> hand_to_postfix(const std::string& socket) {
    const auto postfix = sys::lookup_owner("postfix", "postfix");
    if (!postfix) return std::unexpected(postfix.error());
    if (::chmod(socket.c_str(), 0600) != 0 || ::chown(socket.c_str(), postfix->uid, postfix->gid) != 0)
        return base::fail(std::format("cannot hand {} to Postfix: {}", socket, base::errno_text(errno)));
    return {};
}

/// RFC 8460 §4.3.2.2
std::string_view words_for(mtasts::FetchFailure failure) {
    switch (failure) {
        case mtasts::FetchFailure::fetch_error:
            return "sts-policy-fetch-error";
        case mtasts::FetchFailure::webpki_invalid:
            return "sts-webpki-invalid";
        case mtasts::FetchFailure::policy_invalid:
            break;
    }
    return "sts-policy-invalid";
}

/// How TLS went: counted, and reported.
struct Reports {
    tlsrpt::Store store;
    TlsReporting reporting;
    std::unique_ptr<tlsrpt::Collector> collector;  // last: these use the others
    std::optional<Repeated> daily;

    Reports(tlsrpt::Store opened, const settings::Settings& settings) : store(std::move(opened)), reporting(settings) {}

    void report(const std::stop_token& stop) {
        const auto now = reporting.clock.now();
        const auto today = std::chrono::floor<std::chrono::days>(now);
        if (now < today + tlsrpt::reporting_delay(reporting.reporter.hostname)) return;
        const auto delivered = tlsrpt::report(reporting.means(store), today - std::chrono::days(1), stop);
        if (!delivered) base::log("tls-reports", delivered.error().text);
        if (delivered && delivered->sent > 0)
            base::log("tls-reports", std::format("{} reports are on their way", delivered->sent));
    }

    /// RFC 8460 §4.3.2.2: a policy that cannot be had is something Postfix never hears of.
    void count(const base::Domain& domain, mtasts::FetchFailure failure) {
        const auto event = tlsrpt::policy_failure(domain.str(), words_for(failure));
        const auto day = std::chrono::floor<std::chrono::days>(reporting.clock.now());
        if (const auto added = store.add({&event, 1}, day); !added) base::log("tls-reports", added.error().text);
    }
};

base::Result<std::unique_ptr<Reports>> open_reports(const settings::Settings& settings, const Installation& here,
                                                    const base::Clock& clock) {
    auto store = tlsrpt::Store::open(here.tls_reports_database());
    if (!store) return std::unexpected(store.error());
    auto reports = std::make_unique<Reports>(std::move(*store), settings);
    const auto socket = engines::tls_events_socket(here);
    auto collector = tlsrpt::Collector::start(socket, reports->store, clock);
    if (!collector) return std::unexpected(collector.error());
    if (const auto handed = hand_to_postfix(socket); !handed) return std::unexpected(handed.error());
    reports->collector = std::move(*collector);
    reports->daily.emplace(reports_rhythm, [&all = *reports](const auto& stop) { all.report(stop); });
    return reports;
}

/// The policies, and how Postfix asks for them.
struct Policies {
    resolver::StubResolver resolver{dns_limit};
    net::CurlHttpClient http;
    mtasts::Service service;
    std::optional<net::SocketmapServer> server;  // last: these use the others
    std::optional<Repeated> refresh;

    Policies(mtasts::Store store, mtasts::Options options, const base::Clock& clock)
        : http(std::format("mailserver/{}", version)),
          service(std::move(store), resolver, http, clock, std::move(options)) {}
};

base::Result<std::unique_ptr<Policies>> serve_policies(const settings::Settings& settings, const Installation& here,
                                                       const base::Clock& clock, Reports* reports) {
    auto store = mtasts::Store::open(here.mta_sts_database());
    if (!store) return std::unexpected(store.error());
    mtasts::Options options{.otherwise = settings.dns_validation ? "dane" : "may"};
    if (reports) options.on_failure = [reports](const auto& domain, auto failure) { reports->count(domain, failure); };
    auto policies = std::make_unique<Policies>(std::move(*store), std::move(options), clock);
    const auto socket = engines::tls_policy_socket(here);
    auto server = net::SocketmapServer::start(
        {.socket = socket},
        [&service = policies->service](const auto&, const auto& destination) { return service.lookup(destination); });
    if (!server) return std::unexpected(server.error());
    policies->server.emplace(std::move(*server));
    if (const auto handed = hand_to_postfix(socket); !handed) return std::unexpected(handed.error());
    policies->refresh.emplace(refresh_rhythm,
                              [&service = policies->service](const auto& stop) { service.refresh(stop); });
    return policies;
}

}  // namespace

struct OutboundTls::Impl {
    std::unique_ptr<Reports> reports;
    std::unique_ptr<Policies> policies;  // last: it uses the reports
};

OutboundTls::OutboundTls(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
OutboundTls::OutboundTls(OutboundTls&&) noexcept = default;
OutboundTls::~OutboundTls() = default;

base::Result<OutboundTls> OutboundTls::open(const settings::Settings& settings, const Installation& here,
                                            const base::Clock& clock) {
    auto impl = std::make_unique<Impl>();
    if (settings.tls_reports) {
        auto reports = open_reports(settings, here, clock);
        if (!reports) return std::unexpected(reports.error());
        impl->reports = std::move(*reports);
    }
    if (settings.mta_sts_outbound) {
        auto policies = serve_policies(settings, here, clock, impl->reports.get());
        if (!policies) return std::unexpected(policies.error());
        impl->policies = std::move(*policies);
    }
    return OutboundTls(std::move(impl));
}

}  // namespace app
