#include "app/common/settings_source.h"

#include <unistd.h>

#include <filesystem>

#include "sys/files.h"

namespace app {
namespace {

constexpr std::uint64_t largest_file = 1024 * 1024;

base::Result<settings::Settings> settings_from_environment() {
    auto parsed = settings::parse(settings::environment_entries(environ), settings::Origin::environment);
    if (!parsed) return std::unexpected(settings::as_error(parsed.error()));
    return std::move(*parsed);
}

base::Result<settings::Settings> parsed(std::string_view text) {
    auto settings = settings::parse_file(text);
    if (!settings) return std::unexpected(settings::as_error(settings.error()));
    return std::move(*settings);
}

bool exists(const std::string& path) {
    std::error_code error;
    return std::filesystem::exists(path, error);
}

/// The file that counts; empty: the environment does.
std::string present_file(const Installation& here) {
    if (exists(here.settings_in_use())) return here.settings_in_use();
    return exists(settings_file) ? settings_file : "";
}

}  // namespace

base::Result<settings::Settings> settings_from_file(const std::string& path) {
    const auto text = sys::read_file(path, largest_file);
    return text ? parsed(*text) : std::unexpected(text.error());
}

base::Result<settings::Settings> present_settings(const Installation& here) {
    const auto file = present_file(here);
    return file.empty() ? settings_from_environment() : settings_from_file(file);
}

std::vector<settings::Entry> present_entries(const Installation& here) {
    const auto file = present_file(here);
    if (file.empty()) return settings::environment_entries(environ);
    return settings::parse_env_file(sys::read_file(file, largest_file).value_or("")).entries;
}

base::Result<settings::Settings> settings_for_start(const Installation& here) {
    std::error_code ignored;
    std::filesystem::remove(here.settings_in_use(), ignored);
    if (!exists(settings_file)) return settings_from_environment();
    // Read once: the copy is what was understood, whatever is written to the file meanwhile.
    const auto text = sys::read_file(settings_file, largest_file);
    if (!text) return std::unexpected(text.error());
    auto settings = parsed(*text);
    if (!settings) return settings;
    if (const auto made = sys::ensure_directory(here.run); !made) return std::unexpected(made.error());
    if (const auto kept = sys::write_file(here.settings_in_use(), *text, {.mode = 0600}); !kept)
        return std::unexpected(kept.error());
    return settings;
}

}  // namespace app
