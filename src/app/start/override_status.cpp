#include "app/start/override_status.h"

#include <format>

#include "base/log.h"
#include "sys/files.h"

namespace app {
namespace {

std::string_view name(bootstrap::InForce which, bool any) {
    switch (which) {
        case bootstrap::InForce::current:
            return any ? "current" : "none";
        case bootstrap::InForce::last_good:
            return "last good";
        case bootstrap::InForce::none:
            return "none";
    }
    return "";
}

json::Array texts(const std::vector<std::string>& lines) {
    json::Array all;
    for (const auto& line : lines) all.push_back(line);
    return all;
}

}  // namespace

void write_override_status(const std::filesystem::path& file, const std::vector<bootstrap::OverrideReport>& reports,
                           const std::vector<std::string>& strangers) {
    json::Array engines;
    std::vector<std::string> problems = strangers;
    for (const auto& report : reports) {
        engines.push_back(json::object({{"name", report.engine},
                                        {"in_force", name(report.in_force, !report.used.empty())},
                                        {"problem", report.problem},
                                        {"warnings", texts(report.warnings)}}));
        std::ranges::move(for_people(report), std::back_inserter(problems));
    }
    const auto value = json::object({{"engines", std::move(engines)}, {"problems", texts(problems)}});
    if (const auto written = sys::write_file(file, json::dump(value) + "\n"); !written)
        base::log("bootstrap", written.error().text);
}

json::Value read_override_status(const std::filesystem::path& file) {
    const auto text = sys::read_file(file);
    if (!text) return {};
    return json::parse(*text).value_or(json::Value());
}

std::string override_lines(const json::Value& status) {
    std::string in_force, lines;
    for (const auto& engine : status["engines"].items())
        if (engine["in_force"].text() == "current")
            in_force += std::format("{}{}", in_force.empty() ? "" : ", ", engine["name"].text());
    if (!in_force.empty()) lines += std::format("Overrides in force: {}.\n", in_force);
    for (const auto& problem : status["problems"].items()) lines += std::format("Overrides: {}.\n", problem.text());
    return lines;
}

}  // namespace app
