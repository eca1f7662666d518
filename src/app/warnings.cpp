#include "app/warnings.h"

#include <algorithm>
#include <set>
#include <system_error>

#include "base/log.h"
#include "json/json.h"
#include "sys/files.h"

namespace app {

namespace {

std::vector<std::string> read_topic(const std::filesystem::path& file) {
    const auto text = sys::read_file(file);
    const auto list = text ? json::parse(*text).value_or(json::Value()) : json::Value();
    std::vector<std::string> warnings;
    for (const auto& warning : list.items()) warnings.push_back(warning.text());
    return warnings;
}

}  // namespace

void write_warnings(const std::filesystem::path& folder, const std::string& topic,
                    const std::vector<std::string>& warnings) {
    const auto file = folder / (topic + ".json");
    const auto before = read_topic(file);
    if (before == warnings) return;
    json::Value list = json::array();
    for (const auto& warning : warnings) {
        if (!std::ranges::contains(before, warning)) base::log("mailserver", "warning: " + warning);
        list.add(warning);
    }
    auto written = sys::ensure_directory(folder);
    if (written) written = sys::write_file(file, json::dump(list) + "\n");
    if (!written) base::log("mailserver", written.error().text);
}

std::vector<std::string> read_warnings(const std::filesystem::path& folder) {
    std::error_code error;
    std::set<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error))
        if (entry.path().extension() == ".json") files.insert(entry.path());
    std::vector<std::string> warnings;
    for (const auto& file : files)
        for (auto& warning : read_topic(file)) warnings.push_back(std::move(warning));
    return warnings;
}

}  // namespace app
