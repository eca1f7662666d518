#include "app/status.h"

#include <algorithm>
#include <format>
#include <iostream>
#include <iterator>
#include <string_view>

#include "app/backup/backups.h"
#include "app/common/status_file.h"
#include "app/common/warnings.h"
#include "app/dns/watch.h"
#include "app/keys/certificate_status.h"
#include "app/monitoring/alert_watch.h"
#include "app/outbound/outbound.h"
#include "app/start/override_status.h"
#include "app/user/ban.h"
#include "base/clock.h"

namespace app {
namespace {

using supervise::State;
using supervise::Status;

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
                                       {"since", std::format("{:%FT%TZ}", alert.starts)}}));
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
