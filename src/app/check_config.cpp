#include "app/check_config.h"

#include <unistd.h>

#include <format>
#include <iostream>

#include "settings/table.h"
#include "sys/files.h"

namespace app {
namespace {

base::Result<settings::Settings> settings_from_file(const std::string& path) {
    const auto text = sys::read_file(path, 1024 * 1024);
    if (!text) return std::unexpected(text.error());
    auto parsed = settings::parse_file(*text);
    if (!parsed) return std::unexpected(settings::as_error(parsed.error()));
    return std::move(*parsed);
}

}  // namespace

base::Result<settings::Settings> settings_from_environment() {
    auto parsed = settings::parse(settings::environment_entries(environ), settings::Origin::environment);
    if (!parsed) return std::unexpected(settings::as_error(parsed.error()));
    return std::move(*parsed);
}

base::ExitCode check_config_command(Arguments arguments) {
    const bool from_file = arguments.size() == 2 && arguments[0] == "--file";
    if (!arguments.empty() && !from_file) return report(usage_error("check-config", "[--file FILE]"));
    const auto settings = from_file ? settings_from_file(std::string(arguments[1])) : settings_from_environment();
    if (!settings) return report(settings.error());
    std::cout << std::format("The settings are good: {} serves {} domain{}.\n", settings->hostname.str(),
                             settings->domains().size(), settings->domains().size() == 1 ? "" : "s");
    // start_mailserver.sh publishes what this line names.
    std::cout << "Ports:";
    for (const int port : settings->ports()) std::cout << ' ' << port;
    std::cout << '\n';
    return base::ExitCode::ok;
}

base::ExitCode settings_template_command(Arguments arguments) {
    if (!arguments.empty()) return report(usage_error("settings-template", ""));
    std::cout << settings::template_text();
    return base::ExitCode::ok;
}

}  // namespace app
