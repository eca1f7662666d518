#include "app/support/sbom.h"

#include <filesystem>
#include <format>
#include <iostream>

#include "app/common/version.h"
#include "base/text.h"
#include "sys/command.h"

namespace app {
namespace {

constexpr std::string_view installed = "ii";

/// As a part of a package URL: versions have epochs and plus signs.
std::string encoded(std::string_view text) {
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_~";
    std::string out;
    for (const char c : text)
        plain.contains(c) ? void(out += c) : void(out += std::format("%{:02X}", static_cast<unsigned char>(c)));
    return out;
}

/// Holes are listed by source package, hence `upstream`.
json::Value component(const std::vector<std::string_view>& fields) {
    const auto purl = std::format("pkg:deb/debian/{}@{}?arch={}&distro=debian-13&upstream={}%40{}", encoded(fields[1]),
                                  encoded(fields[2]), encoded(fields[3]), encoded(fields[4]), encoded(fields[5]));
    return json::object({{"type", "library"},
                         {"bom-ref", purl},
                         {"name", std::string(fields[1])},
                         {"version", std::string(fields[2])},
                         {"purl", purl}});
}

/// The last change of the packages: the same image says the same, whenever it is asked.
std::string time_of_packages() {
    std::error_code error;
    const auto changed = std::filesystem::last_write_time("/var/lib/dpkg/status", error);
    const auto time = error ? std::chrono::sys_seconds()
                            : std::chrono::floor<std::chrono::seconds>(std::chrono::file_clock::to_sys(changed));
    return std::format("{:%FT%TZ}", time);
}

}  // namespace

base::Result<json::Value> bill_of_materials(std::string_view dpkg_lines, std::string_view program_version,
                                            std::string_view time) {
    auto components = json::array();
    for (const auto line : base::split(dpkg_lines, '\n')) {
        if (line.empty()) continue;
        const auto fields = base::split(line, '\t');
        if (fields.size() != 6)
            return base::fail("cannot understand the list of packages: " + base::printable(line, 200));
        if (fields[0].starts_with(installed)) components.add(component(fields));
    }
    return json::object(
        {{"bomFormat", "CycloneDX"},
         {"specVersion", "1.5"},
         {"version", 1},
         {"metadata", json::object({{"timestamp", std::string(time)},
                                    {"component", json::object({{"type", "application"},
                                                                {"bom-ref", "mailserver"},
                                                                {"name", "mailserver"},
                                                                {"version", std::string(program_version)}})}})},
         {"components", std::move(components)}});
}

base::ExitCode sbom_command(Arguments arguments) {
    if (!arguments.empty()) return report(usage_error("sbom", ""));
    const auto asked = sys::run({.argv = {"dpkg-query", "--show", "--showformat=" + std::string(package_format)}});
    if (!asked) return report(asked.error());
    if (asked->exit_code != 0)
        return report({.text = "cannot list the packages: " + base::printable(asked->output, 500)});
    const auto bill = bill_of_materials(asked->output, version, time_of_packages());
    if (!bill) return report(bill.error());
    std::cout << json::dump(*bill, 2) << '\n';
    return base::ExitCode::ok;
}

}  // namespace app
