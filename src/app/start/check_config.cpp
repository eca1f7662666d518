#include "app/start/check_config.h"

#include <format>
#include <iostream>
#include <optional>

#include "app/common/settings_source.h"
#include "bootstrap/overrides.h"
#include "engines/all.h"
#include "settings/table.h"
#include "sys/files.h"
#include "virus/scanner.h"

namespace app {
namespace {

/// Prints every mistake and every warning.
base::Result<> check_all_overrides(const settings::Settings& settings, const Installation& here) {
    const auto all = engines::all(settings, here);
    if (!all) return std::unexpected(all.error());
    std::string mistakes;
    for (const auto& stranger : bootstrap::strangers_among_overrides(here)) mistakes += "\n  " + stranger;
    for (const auto& engine : *all) {
        const auto checked = bootstrap::check_overrides(engine, here);
        if (!checked) {
            mistakes += "\n  " + checked.error().text;
            continue;
        }
        for (const auto& warning : *checked) std::cerr << "warning: " << warning << '\n';
    }
    if (mistakes.empty()) return {};
    return base::fail("cannot use these overrides:" + mistakes,
                      "A start would leave those of the engines named here as they were, and say so.",
                      base::ErrorKind::usage);
}

std::optional<base::Error> too_small_for_scanner(const settings::Settings& settings) {
    const auto& scan = settings.virus_scan;
    if (!scan.enabled) return std::nullopt;
    return virus::too_small(virus::memory_here(), !scan.mirror.empty());
}

}  // namespace

base::ExitCode check_config_command(Arguments arguments, const Installation& here) {
    const bool from_file = arguments.size() == 2 && arguments[0] == "--file";
    if (!arguments.empty() && !from_file) return report(usage_error("check-config", "[--file FILE]"));
    const auto settings = from_file ? settings_from_file(std::string(arguments[1])) : present_settings(here);
    if (!settings) return report(settings.error());
    if (const auto small = too_small_for_scanner(*settings)) return report(*small);
    if (const auto good = check_all_overrides(*settings, here); !good) return report(good.error());
    std::cout << std::format("The settings are good: {} serves {} domain{}.\n", settings->hostname.str(),
                             settings->domains().size(), settings->domains().size() == 1 ? "" : "s");
    if (settings->metrics) std::cout << "Dashboards: " << settings->monitoring_url() << '\n';
    // start_mailserver.sh publishes what these lines name.
    const auto print = [](std::string_view what, const std::vector<int>& ports) {
        if (ports.empty()) return;
        std::cout << what;
        for (const int port : ports) std::cout << ' ' << port;
        std::cout << '\n';
    };
    print("Ports:", settings->ports());
    const auto& repository = settings->backup.repository;
    if (repository.starts_with('/') && !repository.starts_with("/host/"))
        std::cout << "Backup folder: " << repository << '\n';
    print(settings->loopback_proxy() ? "Loopback proxy ports:" : "Proxy ports:", settings->proxy_ports());
    return base::ExitCode::ok;
}

base::ExitCode settings_template_command(Arguments arguments) {
    if (!arguments.empty()) return report(usage_error("settings-template", ""));
    std::cout << settings::template_text();
    return base::ExitCode::ok;
}

}  // namespace app
