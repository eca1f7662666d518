#include "certs/state.h"

#include <algorithm>

#include "json/json.h"

namespace certs {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::seconds;

constexpr std::size_t most_times = 100;
/// An order lives this long at the CA at most; a new one is cheaper than asking about an older one.
constexpr days order_lifetime{7};

json::Value number(base::SystemTime time) {
    return static_cast<long long>(time.time_since_epoch().count());
}

json::Value numbers(const std::vector<base::SystemTime>& times) {
    auto all = json::array();
    for (const auto time : times) all.add(number(time));
    return all;
}

/// Any number is a time: tidy() brings nonsense into the present.
base::SystemTime time_in(const json::Value& value) {
    constexpr std::int64_t furthest = 253'402'300'799;  // the end of the year 9999
    return base::SystemTime(seconds(std::clamp<std::int64_t>(value.number(), 0, furthest)));
}

std::vector<base::SystemTime> times_in(const json::Value& value) {
    std::vector<base::SystemTime> times;
    for (const auto& one : value.items())
        if (times.size() < most_times) times.push_back(time_in(one));
    return times;
}

int count_in(const json::Value& value) {
    return static_cast<int>(std::clamp<std::int64_t>(value.number(), 0, 1000));
}

void tidy_times(std::vector<base::SystemTime>& times, base::SystemTime now, seconds span) {
    for (auto& time : times) time = std::min(time, now);
    std::erase_if(times, [&](base::SystemTime time) { return time + span <= now; });
    std::ranges::sort(times);
}

}  // namespace

std::string to_text(const State& state) {
    return json::dump(json::object({{"directory_url", state.directory_url},
                                    {"account_url", state.account_url},
                                    {"attempt_running", state.attempt_running},
                                    {"failures", state.failures},
                                    {"last_failure", number(state.last_failure)},
                                    {"wait", static_cast<long long>(state.wait.count())},
                                    {"check_failures", state.check_failures},
                                    {"last_check", number(state.last_check)},
                                    {"last_error", state.last_error},
                                    {"remedy", state.remedy},
                                    {"asked_unchecked", number(state.asked_unchecked)},
                                    {"issued", numbers(state.issued)},
                                    {"failed_authorizations", numbers(state.failed_authorizations)},
                                    {"orders", numbers(state.orders)},
                                    {"order_url", state.order_url},
                                    {"order_time", number(state.order_time)},
                                    {"order_has_next_key", state.order_has_next_key},
                                    {"renewal_of", state.renewal_of},
                                    {"renew_at", number(state.renew_at)},
                                    {"window_start", number(state.window_start)},
                                    {"window_end", number(state.window_end)},
                                    {"ask_window_at", number(state.ask_window_at)},
                                    {"next_key", state.next_key},
                                    {"next_key_shown", number(state.next_key_shown)},
                                    {"look_for_next_key", number(state.look_for_next_key)}}),
                      2) +
           "\n";
}

base::Result<State> parse_state(std::string_view text) {
    const auto parsed = json::parse(text);
    if (!parsed) return std::unexpected(parsed.error());
    const json::Value& value = *parsed;
    if (!value.is_object() || !value.has("failures")) return base::fail("this is not a certificate state");
    return State{.directory_url = value["directory_url"].text(),
                 .account_url = value["account_url"].text(),
                 .attempt_running = value["attempt_running"].boolean(),
                 .failures = count_in(value["failures"]),
                 .last_failure = time_in(value["last_failure"]),
                 .wait = std::clamp(seconds(value["wait"].number()), seconds(0), seconds(days(14))),
                 .check_failures = count_in(value["check_failures"]),
                 .last_check = time_in(value["last_check"]),
                 .last_error = value["last_error"].text(),
                 .remedy = value["remedy"].text(),
                 .asked_unchecked = time_in(value["asked_unchecked"]),
                 .issued = times_in(value["issued"]),
                 .failed_authorizations = times_in(value["failed_authorizations"]),
                 .orders = times_in(value["orders"]),
                 .order_url = value["order_url"].text(),
                 .order_time = time_in(value["order_time"]),
                 .order_has_next_key = value["order_has_next_key"].boolean(),
                 .renewal_of = value["renewal_of"].text(),
                 .renew_at = time_in(value["renew_at"]),
                 .window_start = time_in(value["window_start"]),
                 .window_end = time_in(value["window_end"]),
                 .ask_window_at = time_in(value["ask_window_at"]),
                 .next_key = value["next_key"].text(),
                 .next_key_shown = time_in(value["next_key_shown"]),
                 .look_for_next_key = time_in(value["look_for_next_key"])};
}

State tidy(State state, base::SystemTime now) {
    state.last_failure = std::min(state.last_failure, now);
    state.last_check = std::min(state.last_check, now);
    state.asked_unchecked = std::min(state.asked_unchecked, now);
    state.order_time = std::min(state.order_time, now);
    state.ask_window_at = std::min(state.ask_window_at, now + days(1));
    state.next_key_shown = std::min(state.next_key_shown, now);
    state.look_for_next_key = std::min(state.look_for_next_key, now + days(1));
    tidy_times(state.issued, now, days(7));
    tidy_times(state.failed_authorizations, now, hours(1));
    tidy_times(state.orders, now, days(1));
    if (state.order_time + order_lifetime <= now) state.order_url.clear();
    return state;
}

}  // namespace certs
