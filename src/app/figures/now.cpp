#include "app/figures/now.h"

#include <unistd.h>

#include <filesystem>
#include <set>
#include <sstream>

#include "app/common/warnings.h"
#include "app/keys/certificate_status.h"
#include "app/outbound/outbound.h"
#include "app/user/ban.h"
#include "metrics/processes.h"
#include "metrics/queue.h"
#include "outbound/store.h"
#include "virus/signatures.h"

namespace app {
namespace {

using metrics::Series;

double unix_time(base::SystemTime time) {
    return static_cast<double>(time.time_since_epoch().count());
}

/// Our own part of the container: this process and the init above it.
metrics::Usage own_usage(const std::vector<metrics::Process>& all) {
    auto usage = metrics::usage_of_one(all, ::getpid());
    if (::getpid() == 1) return usage;
    const auto init = metrics::usage_of_one(all, 1);
    usage.processes += init.processes;
    usage.ticks += init.ticks;
    // Both are the same program, and the first one a copy of the second.
    return usage;
}

/// "2027-01-31T12:00:00Z", as the certificate's file has it.
std::optional<base::SystemTime> time_in(const std::string& text) {
    base::SystemTime time;
    std::istringstream stream(text);
    stream >> std::chrono::parse("%FT%TZ", time);
    return stream ? std::optional(time) : std::nullopt;
}

struct CertificateSeries {
    Series expiry, info, date, left;
};

void add_certificate(CertificateSeries& series, const std::string& name, const json::Value& certificate,
                     base::SystemTime now) {
    const auto end = time_in(certificate["not_after"].text());
    if (!end || certificate["origin"].text() == "none") return;
    std::string names;
    for (const auto& one : certificate["names"].items()) names += (names.empty() ? "" : ",") + one.text();
    series.expiry[{name}] = series.date[{name}] = unix_time(*end);
    series.left[{name}] = unix_time(*end) - unix_time(now);
    series.info[{name, certificate["issuer"].text(), names}] = 1;
}

}  // namespace

void read_services(metrics::Registry& registry, const supervise::Status& status) {
    const auto processes = metrics::read_processes();
    const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
    Series up, restarts, since, memory, time, count;
    const auto add_usage = [&](const std::string& engine, const metrics::Usage& usage) {
        memory[{engine}] = static_cast<double>(usage.memory);
        time[{engine}] = static_cast<double>(usage.ticks) / ticks;
        count[{engine}] = static_cast<double>(usage.processes);
    };
    add_usage("mailserver", own_usage(processes));
    for (const auto& service : status.services) {
        up[{service.name}] = service.state == supervise::State::ready ? 1 : 0;
        restarts[{service.name}] = service.restarts;
        since[{service.name}] = unix_time(service.since);
        add_usage(service.name, metrics::usage_of_service(processes, service.pid));
    }
    registry.set("mailserver_start_time_seconds", unix_time(status.started));
    registry.set("mailserver_ready", status.all_ready() ? 1 : 0);
    registry.replace("mailserver_engine_up", std::move(up));
    registry.replace("mailserver_engine_restarts_total", std::move(restarts));
    registry.replace("mailserver_engine_start_time_seconds", std::move(since));
    registry.replace("mailserver_engine_memory_bytes", std::move(memory));
    registry.replace("mailserver_engine_cpu_seconds_total", std::move(time));
    registry.replace("mailserver_engine_processes", std::move(count));
}

void read_queue(metrics::Registry& registry, const Installation& here, base::SystemTime now) {
    Series messages, octets, ages;
    for (const auto& [queue, state] : metrics::read_queues(here.postfix_queue())) {
        messages[{queue}] = static_cast<double>(state.messages);
        octets[{queue}] = static_cast<double>(state.octets);
        ages[{queue}] = state.oldest ? std::max(0.0, unix_time(now) - unix_time(*state.oldest)) : 0;
    }
    registry.replace("mailserver_queue_messages", std::move(messages));
    registry.replace("mailserver_queue_bytes", std::move(octets));
    registry.replace("mailserver_queue_oldest_age_seconds", std::move(ages));
}

void read_certificates(metrics::Registry& registry, const Installation& here, base::SystemTime now) {
    const auto certificate = read_certificate_status(here.certificate_file());
    CertificateSeries series;
    add_certificate(series, certificate["subject"].text(), certificate, now);
    double failures = static_cast<double>(certificate["failures"].number());
    for (const auto& further : certificate["further"].items()) {
        add_certificate(series, further["name"].text(), further, now);
        failures += static_cast<double>(further["failures"].number());
    }
    Series issued;
    if (const auto begin = time_in(certificate["not_before"].text()); begin && certificate["origin"].text() == "issued")
        issued[{}] = unix_time(*begin);
    registry.replace("mailserver_certificate_expiry_timestamp_seconds", std::move(series.expiry));
    registry.replace("mailserver_certificate_info", std::move(series.info));
    registry.replace("ssl_certificate_expiration_date_seconds", std::move(series.date));
    registry.replace("ssl_certificate_expiration_seconds_validity_left", std::move(series.left));
    registry.replace("mailserver_certificate_renewal_failures_total", {{{}, failures}});
    registry.replace("mailserver_certificate_renewal_last_success_timestamp_seconds", std::move(issued));
}

void read_guards(metrics::Registry& registry, const settings::Settings& settings, const Installation& here) {
    registry.set("mailserver_bans_active", static_cast<double>(count_bans(here.bans_database())));
    const auto outbound = outbound_counts(here);
    registry.set("mailserver_outbound_stopped", static_cast<double>(outbound.stopped));
    registry.set("mailserver_outbound_held_messages", static_cast<double>(outbound.held));
    auto warnings = count_warnings(here.warnings_folder());
    warnings["outbound"] = outbound.warnings;
    warnings["certificates"] = certificate_warnings(read_certificate_status(here.certificate_file())).size();
    Series topics;
    for (const auto& [topic, count] : warnings) topics[{topic}] = static_cast<double>(count);
    registry.replace("mailserver_warnings", std::move(topics));
    if (!settings.virus_scan.enabled) return;
    Series built;
    if (const auto signatures = virus::signatures_in(here.virus_signatures()); signatures.built)
        built[{}] = unix_time(*signatures.built);
    registry.replace("mailserver_virus_signatures_timestamp_seconds", std::move(built));
}

}  // namespace app
