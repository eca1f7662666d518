#include "alerts/alert.h"

#include <optional>
#include <sstream>

#include "base/text.h"

namespace alerts {
namespace {

constexpr std::size_t most_alerts = 1000;
constexpr std::size_t most_labels = 32;
constexpr std::size_t longest_name = 100;
constexpr std::size_t longest_text = 600;
constexpr std::chrono::minutes without_end{5};

std::map<std::string, std::string> texts(const json::Value& value) {
    std::map<std::string, std::string> all;
    for (const auto& [name, text] : value.members())
        if (text.is_text() && all.size() < most_labels)
            all.emplace(base::printable(name, longest_name), base::printable(text.text(), longest_text));
    return all;
}

json::Value to_json(const std::map<std::string, std::string>& texts) {
    json::Object members;
    for (const auto& [name, text] : texts) members.emplace_back(name, text);
    return json::object(std::move(members));
}

/// RFC 3339 in UTC, with or without a fraction. Nothing for what is none, and for Go's zero time.
std::optional<base::SystemTime> time_of(const std::string& text) {
    const auto whole = text.substr(0, text.find_first_of(".Z")) + "Z";
    if (!text.ends_with('Z')) return std::nullopt;
    base::SystemTime time;
    std::istringstream stream(whole);
    stream >> std::chrono::parse("%FT%TZ", time);
    return stream && time.time_since_epoch().count() > 0 ? std::optional(time) : std::nullopt;
}

base::SystemTime time_in(const json::Value& value) {
    return base::SystemTime(std::chrono::seconds(value.number()));
}

}  // namespace

std::string Alert::label(std::string_view name) const {
    const auto found = labels.find(std::string(name));
    return found == labels.end() ? "" : found->second;
}

std::string Alert::summary() const {
    const auto found = annotations.find("summary");
    return found == annotations.end() || found->second.empty() ? label("alertname") : found->second;
}

base::Result<std::vector<Alert>> parse_report(std::string_view json, base::SystemTime now) {
    const auto report = json::parse(json);
    if (!report) return base::context("cannot read the report of alerts", report.error());
    if (!report->is_array() || report->items().size() > most_alerts)
        return base::fail("cannot read the report of alerts: it is no list of at most 1000", {},
                          base::ErrorKind::usage);
    std::vector<Alert> all;
    for (const auto& item : report->items()) {
        Alert alert{.labels = texts(item["labels"]),
                    .annotations = texts(item["annotations"]),
                    .starts = time_of(item["startsAt"].text()).value_or(now),
                    .ends = time_of(item["endsAt"].text()).value_or(now + without_end)};
        if (alert.label("alertname").empty())
            return base::fail("cannot read the report of alerts: one has no name", {}, base::ErrorKind::usage);
        all.push_back(std::move(alert));
    }
    return all;
}

json::Value to_json(const Alert& alert) {
    return json::object({{"labels", to_json(alert.labels)},
                         {"annotations", to_json(alert.annotations)},
                         {"starts", alert.starts.time_since_epoch().count()},
                         {"ends", alert.ends.time_since_epoch().count()}});
}

Alert from_json(const json::Value& value) {
    return {.labels = texts(value["labels"]),
            .annotations = texts(value["annotations"]),
            .starts = time_in(value["starts"]),
            .ends = time_in(value["ends"])};
}

}  // namespace alerts
