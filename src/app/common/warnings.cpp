#include "app/common/warnings.h"

#include <algorithm>
#include <iterator>
#include <map>
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

std::map<std::string, std::vector<std::string>> by_topic(const std::filesystem::path& folder) {
    std::error_code error;
    std::map<std::string, std::vector<std::string>> topics;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error))
        if (entry.path().extension() == ".json") topics[entry.path().stem()] = read_topic(entry.path());
    return topics;
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
    std::vector<std::string> warnings;
    for (auto& [topic, its] : by_topic(folder)) std::ranges::move(its, std::back_inserter(warnings));
    return warnings;
}

std::vector<std::string> read_warnings(const std::filesystem::path& folder, const std::string& topic) {
    return read_topic(folder / (topic + ".json"));
}

std::map<std::string, std::size_t> count_warnings(const std::filesystem::path& folder) {
    std::map<std::string, std::size_t> counts;
    for (const auto& [topic, warnings] : by_topic(folder)) counts[topic] = warnings.size();
    return counts;
}

}  // namespace app
