#include "alerts/book.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace alerts {
namespace {

using namespace std::string_view_literals;

constexpr std::array what_names{std::pair(What::fired, "fired"sv), std::pair(What::reminded, "reminded"sv),
                                std::pair(What::resolved, "resolved"sv), std::pair(What::unreported, "unreported"sv)};

std::string name_of(What what) {
    return std::string(std::ranges::find(what_names, what, [](const auto& one) { return one.first; })->second);
}

std::optional<What> what_called(std::string_view name) {
    const auto found = std::ranges::find(what_names, name, [](const auto& one) { return one.second; });
    return found == what_names.end() ? std::nullopt : std::optional(found->first);
}

const char* name_of(Channel channel) {
    return channel == Channel::mail ? "mail" : "webhook";
}

base::SystemTime time_in(const json::Value& value) {
    return base::SystemTime(std::chrono::seconds(value.number()));
}

}  // namespace

void Book::add(What what, const Alert& alert, base::SystemTime now) {
    for (const auto channel : channels_) {
        auto& changes = untold_[channel];
        if (changes.size() == most_untold) changes.erase(changes.begin());
        changes.push_back({.what = what, .alert = alert, .time = now});
    }
}

bool Book::take(const std::vector<Alert>& report, base::SystemTime now) {
    bool changed = false;
    for (const auto& alert : report) {
        const auto known = firing_.find(alert.labels);
        // One that ended is reported on for minutes: only its first report is news.
        if (alert.ends <= now) {
            if (known == firing_.end()) continue;
            add(What::resolved, alert, now);
            firing_.erase(known);
            changed = true;
        } else if (known == firing_.end()) {
            if (firing_.size() == most_firing) continue;
            add(What::fired, alert, now);
            firing_.emplace(alert.labels, Entry{.alert = alert, .told = now});
            changed = true;
        } else {
            auto& entry = known->second;
            entry.alert.annotations = alert.annotations;
            entry.alert.ends = alert.ends;
            if (now - entry.told < reminder) continue;
            add(What::reminded, entry.alert, now);
            entry.told = now;
            changed = true;
        }
    }
    return changed;
}

bool Book::look(base::SystemTime now) {
    return std::erase_if(firing_, [&](const auto& one) {
               const auto& alert = one.second.alert;
               if (now < alert.ends + patience) return false;
               add(What::unreported, alert, now);
               return true;
           }) > 0;
}

std::vector<Change> Book::untold(Channel channel) const {
    const auto found = untold_.find(channel);
    return found == untold_.end() ? std::vector<Change>{} : found->second;
}

void Book::told(Channel channel, std::size_t count) {
    auto& changes = untold_[channel];
    changes.erase(changes.begin(), changes.begin() + static_cast<std::ptrdiff_t>(std::min(count, changes.size())));
}

std::vector<Alert> Book::firing() const {
    std::vector<Alert> all;
    for (const auto& [labels, entry] : firing_) all.push_back(entry.alert);
    std::ranges::stable_sort(all, {}, &Alert::starts);
    return all;
}

json::Value Book::to_json() const {
    json::Array firing;
    for (const auto& [labels, entry] : firing_)
        firing.push_back(
            json::object({{"alert", alerts::to_json(entry.alert)}, {"told", entry.told.time_since_epoch().count()}}));
    json::Object untold;
    for (const auto& [channel, changes] : untold_) {
        json::Array list;
        for (const auto& change : changes)
            list.push_back(json::object({{"what", name_of(change.what)},
                                         {"alert", alerts::to_json(change.alert)},
                                         {"time", change.time.time_since_epoch().count()}}));
        untold.emplace_back(name_of(channel), std::move(list));
    }
    return json::object({{"firing", std::move(firing)}, {"untold", std::move(untold)}});
}

void Book::read(const json::Value& value) {
    firing_.clear();
    untold_.clear();
    for (const auto& item : value["firing"].items()) {
        auto alert = from_json(item["alert"]);
        if (firing_.size() == most_firing || alert.labels.empty()) continue;
        const auto labels = alert.labels;
        firing_.emplace(labels, Entry{.alert = std::move(alert), .told = time_in(item["told"])});
    }
    for (const auto channel : channels_)
        for (const auto& item : value["untold"][name_of(channel)].items())
            if (const auto what = what_called(item["what"].text()); what && untold_[channel].size() < most_untold)
                untold_[channel].push_back(
                    {.what = *what, .alert = from_json(item["alert"]), .time = time_in(item["time"])});
}

}  // namespace alerts
