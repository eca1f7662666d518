#include "app/warnings.h"

#include <algorithm>

#include "base/log.h"
#include "json/json.h"
#include "sys/files.h"

namespace app {

void Warnings::set(const std::string& watcher, const std::vector<std::string>& warnings) {
    const std::lock_guard lock(mutex_);
    auto& known = warnings_[watcher];
    if (known == warnings) return;
    for (const auto& warning : warnings)
        if (!std::ranges::contains(known, warning)) base::log("mailserver", "warning: " + warning);
    known = warnings;
    json::Value list = json::array();
    for (const auto& [_, of_one] : warnings_)
        for (const auto& warning : of_one) list.add(warning);
    if (const auto written = sys::write_file(file_, json::dump(list) + "\n"); !written)
        base::log("mailserver", written.error().text);
}

std::vector<std::string> read_warnings(const std::filesystem::path& file) {
    const auto text = sys::read_file(file);
    const auto list = text ? json::parse(*text).value_or(json::Value()) : json::Value();
    std::vector<std::string> warnings;
    for (const auto& warning : list.items()) warnings.push_back(warning.text());
    return warnings;
}

}  // namespace app
