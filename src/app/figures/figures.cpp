#include "app/figures/figures.h"

#include <format>

#include "app/backup/watch.h"
#include "app/common/version.h"
#include "app/dns/watch.h"
#include "app/figures/dns.h"
#include "app/figures/now.h"
#include "app/figures/ports.h"
#include "app/health/mail_probe.h"
#include "app/outbound/reports.h"
#include "app/sync/book.h"
#include "base/log.h"
#include "engines/sockets.h"
#include "metrics/log_level.h"
#include "metrics/machine.h"
#include "metrics/passed_on.h"
#include "net/http_client.h"

namespace app {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

/// Who reads the figures does so every 15 or 30 seconds.
constexpr auto still_read = 10min;
/// Several readers at once get the same.
constexpr auto fresh = 1s;
constexpr Rhythm ports_rhythm{.first = 0s, .interval = 30s};
constexpr Rhythm mailboxes_rhythm{.first = 0s, .interval = 15s};
/// Measuring the mailboxes is followed by a pause so many times as long: it takes half a percent of a processor at
/// most.
constexpr int rest = 200;

net::HttpResponse text(std::string_view type, std::string body) {
    return {.content_type = std::string(type), .body = std::move(body), .headers = {}};
}

/// What an engine tells of itself, with its own content type.
net::HttpResponse passed_on(const net::HttpCall& call, std::string_view engine) {
    const auto reply = net::CurlHttpClient("mailserver").send(call);
    if (!reply || reply->status != 200)
        return {.status = 503,
                .body = std::format("{} does not answer: {}.\n", engine,
                                    reply ? std::format("status {}", reply->status) : reply.error().error.text),
                .headers = {}};
    return text(reply->header("content-type"), reply->body);
}

net::HttpResponse dovecot_figures(const settings::Settings& settings) {
    auto response = passed_on(
        {.url = std::format("http://127.0.0.1:{}/metrics", engines::dovecot_metrics_port), .timeout = 5s, .stop = {}},
        "Dovecot");
    if (response.status == 200) response.body = metrics::with_users(response.body, settings.metrics_per_user_limit);
    return response;
}

net::HttpResponse rspamd_figures(const Installation& here) {
    auto response = passed_on({.url = "http://localhost/metrics",
                               .unix_socket = engines::rspamd_controller_socket(here),
                               .timeout = 5s,
                               .stop = {}},
                              "Rspamd");
    // This release gives 0 always.
    if (response.status == 200) response.body = metrics::without_figure(response.body, "rspamd_scan_time_average");
    return response;
}

}  // namespace

Figures::Figures(const settings::Settings& settings, const Installation& here, const base::Clock& clock)
    : settings_(settings),
      here_(here),
      clock_(clock),
      mail_(registry_, settings.metrics_per_user_limit),
      logins_(registry_),
      mailboxes_(settings, here, registry_) {
    registry_.set("mailserver_build_info", {std::string(version)}, 1);
}

std::vector<Route> Figures::routes() {
    return {{"GET", "/metrics", [this](const auto&) { return text(metrics::text_format, exposition()); }},
            {"GET", "/metrics/dovecot", [this](const auto&) { return dovecot_figures(settings_); }},
            {"GET", "/metrics/rspamd", [this](const auto&) { return rspamd_figures(here_); }}};
}

void Figures::begin() {
    if (!settings_.metrics) return;
    ports_work_.emplace(ports_rhythm, [this, done = false](const std::stop_token& stop) mutable {
        if (!done || is_read()) take_port_figures(settings_, here_, registry_, stop);
        done = true;
    });
    mailboxes_work_.emplace(mailboxes_rhythm, [this, next = Steady::time_point()](const std::stop_token& stop) mutable {
        const auto began = Steady::now();
        if (began < next || (next != Steady::time_point() && !is_read())) return;
        if (const auto taken = mailboxes_.take(stop); !taken) base::log("metrics", taken.error().text);
        const auto now = Steady::now();
        next = now + rest * (now - began);
    });
}

void Figures::heard(std::string_view service, std::string_view line) {
    if (const auto level = metrics::log_level(service, line))
        registry_.add("mailserver_log_messages_total", {std::string(service), std::string(*level)});
}

void Figures::heard(const maillog::Entry& entry) {
    mail_.read(entry);
}

void Figures::changed(const supervise::Status& status) {
    for (const auto& service : status.services)
        for (const auto level : metrics::levels)
            registry_.add("mailserver_log_messages_total", {service.name, std::string(level)}, 0);
    const std::lock_guard lock(mutex_);
    status_ = status;
}

policy::LoginWatch Figures::login_watch() {
    return {.outcome =
                [this](const policy::Outcome& outcome) {
                    logins_.count(outcome.attempt.protocol, outcome.attempt.client, outcome.accepted, clock_.now());
                },
            .ban = [this] { registry_.add("mailserver_bans_total"); }};
}

bool Figures::is_read() const {
    const std::lock_guard lock(mutex_);
    return asked_ + still_read > Steady::now();
}

std::string Figures::exposition() {
    {
        const std::lock_guard lock(mutex_);
        asked_ = Steady::now();
    }
    refresh();
    return registry_.text();
}

void Figures::refresh() {
    const std::lock_guard refreshing(refreshing_);
    if (refreshed_ + fresh > Steady::now()) return;
    const auto now = clock_.now();
    supervise::Status status;
    {
        const std::lock_guard lock(mutex_);
        status = status_;
    }
    if (!status.services.empty()) read_services(registry_, status);
    read_queue(registry_, here_, now);
    read_certificates(registry_, here_, now);
    read_guards(registry_, settings_, here_);
    read_backups(registry_, settings_, here_);
    if (const auto checked = last_dns_check(here_)) fill_dns_rows(registry_, *checked);
    fill_probe_figures(registry_, here_);
    fill_report_figures(registry_, here_, clock_.now());
    fill_sync_figures(registry_, here_);
    metrics::read_machine(registry_, here_.workspace);
    logins_.refresh(now);
    refreshed_ = Steady::now();
}

}  // namespace app
