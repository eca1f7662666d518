#include <array>
#include <format>
#include <map>

#include "base/address.h"
#include "json/json.h"
#include "reports/texts.h"

namespace reports {
namespace {

std::int64_t counted(const json::Value& value) {
    return std::clamp<std::int64_t>(value.number(), 0, most_counted);
}

/// "2026-11-20T00:00:00Z"; the epoch for what is no such time. A zone other than Z counts as Z: a day more or less
/// does not matter here.
base::SystemTime moment(const std::string& text) {
    std::array<int, 6> parts{};
    constexpr std::array<std::pair<std::size_t, std::size_t>, 6> places{
        {{0, 4}, {5, 2}, {8, 2}, {11, 2}, {14, 2}, {17, 2}}};
    if (text.size() < 19) return {};
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const auto number = base::parse_number(std::string_view(text).substr(places[i].first, places[i].second));
        if (!number) return {};
        parts[i] = static_cast<int>(*number);
    }
    const std::chrono::year_month_day day{std::chrono::year(parts[0]),
                                          std::chrono::month(static_cast<unsigned>(parts[1])),
                                          std::chrono::day(static_cast<unsigned>(parts[2]))};
    if (!day.ok()) return {};
    return std::chrono::sys_days(day) + std::chrono::hours(parts[3]) + std::chrono::minutes(parts[4]) +
           std::chrono::seconds(parts[5]);
}

/// result-type is a word; what is none of RFC 8460 §4.3 or its registry may still be one.
std::string word(std::string_view text) {
    const auto lower = base::lower(base::trim(text));
    const bool good = !lower.empty() && lower.size() <= 64 && std::ranges::all_of(lower, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
    return good ? lower : "unknown";
}

using Rows = std::map<std::pair<std::string, std::string>, std::int64_t>;

void add(Rows& rows, std::string result, std::string receiver, std::int64_t sessions) {
    if (sessions == 0) return;
    auto key = std::pair(std::move(result), std::move(receiver));
    if (!rows.contains(key) && rows.size() >= most_rows) key.second.clear();
    auto& sum = rows[std::move(key)];
    sum = std::min(sum + sessions, most_counted);
}

}  // namespace

base::Result<std::vector<Report>> parse_tls(std::string_view text) {
    const auto whole = json::parse(text);
    if (!whole) return std::unexpected(whole.error());
    const auto id = short_text((*whole)["report-id"].text());
    if (id.empty() || !(*whole)["policies"].is_array()) return base::fail("it is no TLS report");
    std::map<std::string, Rows> domains;
    for (const auto& policy : (*whole)["policies"].items()) {
        const auto domain = base::Domain::parse(policy["policy"]["policy-domain"].text());
        if (!domain || (domains.size() >= 100 && !domains.contains(domain->str()))) continue;
        auto& rows = domains[domain->str()];
        const auto& summary = policy["summary"];
        add(rows, "", "", counted(summary["total-successful-session-count"]));
        auto untold = counted(summary["total-failure-session-count"]);
        for (const auto& failure : policy["failure-details"].items()) {
            const auto sessions = counted(failure["failed-session-count"]);
            add(rows, word(failure["result-type"].text()), short_text(failure["receiving-mx-hostname"].text(), 100),
                sessions);
            untold -= std::min(untold, sessions);
        }
        add(rows, "unknown", "", untold);
    }
    if (domains.empty()) return base::fail("the TLS report is about no domain");
    std::vector<Report> all;
    for (const auto& [domain, rows] : domains) {
        auto& report = all.emplace_back(Report{.kind = Kind::tls,
                                               .domain = domain,
                                               .id = id,
                                               .organization = short_text((*whole)["organization-name"].text(), 100),
                                               .begun = moment((*whole)["date-range"]["start-datetime"].text()),
                                               .ended = moment((*whole)["date-range"]["end-datetime"].text()),
                                               .sources = {},
                                               .sessions = {}});
        for (const auto& [key, sessions] : rows) report.sessions.push_back({key.first, key.second, sessions});
    }
    return all;
}

}  // namespace reports
