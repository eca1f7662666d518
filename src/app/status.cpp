#include "app/status.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <format>
#include <iostream>
#include <iterator>
#include <optional>
#include <sstream>

#include "app/alert_watch.h"
#include "app/backups.h"
#include "app/ban.h"
#include "app/certificate_status.h"
#include "app/dns_watch.h"
#include "app/outbound.h"
#include "app/override_status.h"
#include "app/warnings.h"
#include "base/log.h"
#include "json/json.h"
#include "sys/files.h"
#include "sys/process.h"

namespace app {
namespace {

using supervise::ServiceStatus;
using supervise::State;
using supervise::Status;

std::string iso(base::SystemTime time) {
    return std::format("{:%FT%TZ}", time);
}

std::optional<base::SystemTime> from_iso(const std::string& text) {
    base::SystemTime time;
    std::istringstream stream(text);
    stream >> std::chrono::parse("%FT%TZ", time);
    return stream ? std::optional(time) : std::nullopt;
}

std::optional<State> state_called(std::string_view text) {
    for (int index = 0; index < supervise::state_count; ++index)
        if (name(static_cast<State>(index)) == text) return static_cast<State>(index);
    return std::nullopt;
}

json::Value to_json(const ServiceStatus& service) {
    return json::object({{"name", service.name},
                         {"state", name(service.state)},
                         {"restarts", service.restarts},
                         {"since", iso(service.since)},
                         {"pid", service.pid != 0 ? json::Value(service.pid) : json::Value()},
                         {"last_exit", service.last_exit ? json::Value(*service.last_exit) : json::Value()},
                         {"vital", service.vital}});
}

json::Value to_json(const Status& status) {
    json::Array services;
    for (const auto& service : status.services) services.push_back(to_json(service));
    return json::object({{"ready", status.all_ready()},
                         {"stopping", status.stopping},
                         {"started", iso(status.started)},
                         {"ready_at", status.ready_at ? json::Value(iso(*status.ready_at)) : json::Value()},
                         {"services", std::move(services)}});
}

std::optional<ServiceStatus> service_from(const json::Value& value) {
    const auto state = state_called(value["state"].text());
    const auto since = from_iso(value["since"].text());
    if (!state || !since) return std::nullopt;
    ServiceStatus service{.name = value["name"].text(),
                          .state = *state,
                          .restarts = static_cast<int>(value["restarts"].number()),
                          .since = *since,
                          .pid = static_cast<pid_t>(value["pid"].number()),
                          .last_exit = std::nullopt,
                          .vital = value["vital"].boolean()};
    if (value["last_exit"].is_number()) service.last_exit = static_cast<int>(value["last_exit"].number());
    return service;
}

std::optional<Status> status_from(const json::Value& value) {
    const auto started = from_iso(value["started"].text());
    if (!started) return std::nullopt;
    Status status{.started = *started,
                  .ready_at = from_iso(value["ready_at"].text()),
                  .services = {},
                  .stopping = value["stopping"].boolean()};
    for (const auto& item : value["services"].items()) {
        auto service = service_from(item);
        if (!service) return std::nullopt;
        status.services.push_back(std::move(*service));
    }
    return status;
}

std::unexpected<base::Error> not_running() {
    return base::fail("the server is not running",
                      "Start it with ./start_mailserver.sh; its log says how far it comes.",
                      base::ErrorKind::not_running);
}

/// The last line of the table.
std::string summary(const Status& status) {
    if (status.stopping) return "The server is stopping.";
    std::string missing;
    for (const auto& service : status.services)
        if (service.state != State::ready) missing += (missing.empty() ? "" : ", ") + service.name;
    if (status.all_ready())
        return std::format("{} ready. The server started {:%F %T} UTC.",
                           missing.empty() ? "All services are" : std::format("All services but {} are", missing),
                           status.started);
    return std::format("Not ready: {}. The container's log says why.", missing);
}

}  // namespace

void write_status(const std::filesystem::path& file, const Status& status) {
    auto value = to_json(status);
    value.set("supervisor", json::object({{"pid", ::getpid()}, {"start", sys::process_start(::getpid()).value_or(0)}}));
    if (const auto written = sys::write_file(file, json::dump(value) + "\n"); !written)
        base::log("supervise", written.error().text);
}

base::Result<Status> read_status(const std::filesystem::path& file) {
    const auto text = sys::read_file(file);
    if (!text) {
        if (text.error().kind == base::ErrorKind::not_found) return not_running();
        return std::unexpected(text.error());
    }
    const auto value = json::parse(*text);
    if (!value) return base::context("cannot read " + file.string(), value.error());
    const auto& writer = (*value)["supervisor"];
    const auto start = sys::process_start(static_cast<pid_t>(writer["pid"].number()));
    if (!start || static_cast<std::int64_t>(*start) != writer["start"].number()) return not_running();
    auto status = status_from(*value);
    if (!status) return base::fail("cannot read " + file.string() + ": it is not a status of this version");
    return std::move(*status);
}

std::string status_table(const Status& status) {
    std::size_t width = std::string_view("SERVICE").size();
    for (const auto& service : status.services) width = std::max(width, service.name.size());
    std::string table = std::format("{:<{}}  {:<8}  {:>8}  {}\n", "SERVICE", width, "STATE", "RESTARTS", "SINCE (UTC)");
    for (const auto& service : status.services)
        table += std::format("{:<{}}  {:<8}  {:>8}  {:%F %T}{}\n", service.name, width, name(service.state),
                             service.restarts, service.since,
                             service.last_exit ? std::format("  (last exit code {})", *service.last_exit) : "");
    return table + summary(status) + "\n";
}

std::string status_json(const Status& status, const json::Value& certificate, const json::Value& overrides,
                        const std::vector<std::string>& warnings, std::size_t bans,
                        const std::vector<alerts::Alert>& firing) {
    auto value = to_json(status);
    value.set("certificate", certificate);
    value.set("overrides", overrides);
    value.set("warnings", json::array({warnings.begin(), warnings.end()}));
    value.set("bans", bans);
    json::Array alerts;
    for (const auto& alert : firing)
        alerts.push_back(json::object({{"name", alert.label("alertname")},
                                       {"severity", alert.label("severity")},
                                       {"summary", alert.summary()},
                                       {"since", iso(alert.starts)}}));
    value.set("alerts", std::move(alerts));
    return json::dump(value, 2) + "\n";
}

base::ExitCode status_command(Arguments arguments, const Installation& here) {
    const bool as_json = arguments.size() == 1 && arguments[0] == "--json";
    if (!arguments.empty() && !as_json) return report(usage_error("status", "[--json]"));
    const auto status = read_status(here.status_file());
    if (!status) return report(status.error());
    const auto certificate = read_certificate_status(here.certificate_file());
    const auto overrides = read_override_status(here.overrides_file());
    auto warnings = read_warnings(here.warnings_folder());
    for (auto& warning : outbound_warnings(here)) warnings.push_back(std::move(warning));
    std::ranges::move(certificate_warnings(certificate), std::back_inserter(warnings));
    const auto bans = count_bans(here.bans_database());
    const auto firing = firing_alerts(here);
    if (as_json) {
        std::cout << status_json(*status, certificate, overrides, warnings, bans, firing);
    } else {
        std::cout << status_table(*status);
        std::cout << certificate_lines(certificate);
        std::cout << override_lines(overrides);
        if (const auto dns = last_dns_check(here)) std::cout << "DNS: " << summary(*dns) << ".\n";
        std::cout << backup_line(here);
        if (bans > 0) std::cout << std::format("Bans of logins: {} (./mailserver.sh ban list).\n", bans);
        if (!firing.empty()) std::cout << std::format("Alerts: {}.\n", firing.size());
        for (const auto& alert : firing)
            std::cout << std::format("Alert: {}, since {:%F %T} UTC.\n", alert.summary(), alert.starts);
        for (const auto& warning : warnings) std::cout << "Warning: " << warning << ".\n";
    }
    return status->all_ready() ? base::ExitCode::ok : base::ExitCode::failed;
}

}  // namespace app
