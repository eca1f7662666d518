#include "alerts/text.h"

#include <algorithm>
#include <format>
#include <ranges>
#include <string_view>

#include "base/text.h"

namespace alerts {
namespace {

constexpr std::size_t most_told = 30;  // of one message
constexpr std::size_t longest_subject = 100;

std::string ascii(std::string text) {
    std::ranges::replace_if(text, [](char c) { return c < ' ' || c > '~'; }, '?');
    return text;
}

std::string_view word(What what) {
    switch (what) {
        case What::fired:
            return "Alert";
        case What::reminded:
            return "Still";
        case What::resolved:
            return "Resolved";
        case What::unreported:
            return "Unknown";
    }
    return "";
}

bool is_firing(const Change& change) {
    return change.what == What::fired || change.what == What::reminded;
}

std::string headline(const Change& change) {
    const auto severity = change.alert.label("severity");
    return std::format("{}: {}{}", word(change.what), change.alert.summary(),
                       severity.empty() || !is_firing(change) ? "" : std::format(" ({})", severity));
}

/// The labels that tell which one it is.
std::string particulars(const Alert& alert) {
    std::vector<std::string> parts;
    for (const auto& [name, value] : alert.labels)
        if (name != "alertname" && name != "alertgroup" && name != "severity" && name != "instance" && name != "job")
            parts.push_back(name + "=" + value);
    return base::join(parts, ", ");
}

std::string paragraph(const Change& change) {
    const auto& alert = change.alert;
    std::string text = headline(change) + "\n";
    if (const auto found = alert.annotations.find("description");
        found != alert.annotations.end() && !found->second.empty() && is_firing(change))
        text += found->second + "\n";
    if (change.what == What::unreported) text += "Nobody reports it any more: does the monitoring run?\n";
    const auto which = particulars(alert);
    text += std::format("{}{}{}, since {:%F %T} UTC\n", alert.label("alertname"), which.empty() ? "" : ", ", which,
                        alert.starts);
    if (!is_firing(change)) text += std::format("until {:%F %T} UTC\n", std::min(alert.ends, change.time));
    return text;
}

std::string paragraphs(const std::vector<Change>& changes) {
    std::string text;
    for (const auto& change : changes | std::views::take(most_told)) text += paragraph(change) + "\n";
    if (changes.size() > most_told) text += std::format("And {} more.\n\n", changes.size() - most_told);
    return text;
}

int priority(const std::vector<Change>& changes) {
    int most = 2;
    for (const auto& change : changes)
        if (is_firing(change)) most = std::max(most, change.alert.label("severity") == "critical" ? 5 : 4);
    return most;
}

/// The value of topic=… in the query of a URL; only of the characters a topic has.
std::string topic_in(const std::string& url) {
    const auto query = url.find('?');
    if (query == std::string::npos) return {};
    for (const auto field : base::split(std::string_view(url).substr(query + 1), '&'))
        if (field.starts_with("topic=")) return std::string(field.substr(6));
    return {};
}

json::Value as_json(const Change& change) {
    auto value = to_json(change.alert);
    value.set("name", change.alert.label("alertname"));
    value.set("severity", change.alert.label("severity"));
    value.set("summary", change.alert.summary());
    value.set("status", is_firing(change) ? "firing" : "resolved");
    value.set("change", std::string(base::lower(word(change.what))));
    return value;
}

}  // namespace

std::string subject(const std::vector<Change>& changes) {
    if (changes.size() == 1) return ascii(headline(changes[0])).substr(0, longest_subject);
    const auto firing = std::ranges::count_if(changes, is_firing);
    const auto over = static_cast<std::ptrdiff_t>(changes.size()) - firing;
    if (over == 0) return std::format("{} alerts", firing);
    if (firing == 0) return std::format("{} alerts are over", over);
    return std::format("{} alert{}, {} over", firing, firing == 1 ? "" : "s", over);
}

std::string mail_text(const std::vector<Change>& changes, const std::string& link) {
    const auto told = paragraphs(changes);
    std::string text;
    for (const auto line : base::split(told, '\n')) text += ascii(std::string(line)) + "\n";
    text.pop_back();
    return text + "Dashboards: " + ascii(link) +
           "\n\nYou are told when an alert begins, once a day while it lasts, and when it is over.\n"
           "ALERT_MAIL=false in settings.env ends these mails.\n";
}

std::string webhook_body(const std::vector<Change>& changes, const std::string& link, const std::string& webhook) {
    json::Array list;
    for (const auto& change : changes) list.push_back(as_json(change));
    const auto text = paragraphs(changes);
    const bool firing = std::ranges::any_of(changes, is_firing);
    auto body = json::object({{"text", text + link},
                              {"title", subject(changes)},
                              {"message", text},
                              {"priority", priority(changes)},
                              {"tags", json::array({firing ? "warning" : "white_check_mark"})},
                              {"click", link},
                              {"alerts", std::move(list)}});
    if (auto topic = topic_in(webhook); !topic.empty()) body.set("topic", std::move(topic));
    return json::dump(body);
}

}  // namespace alerts
