#include "certs/plan.h"

#include <algorithm>

namespace certs {
namespace {

using namespace std::chrono_literals;
using base::SystemTime;
using std::chrono::days;
using std::chrono::seconds;

constexpr std::size_t authorizations_an_hour = 4;
constexpr std::size_t certificates_a_week = 4;
constexpr seconds week = days(7), between_certificates = days(1);
constexpr seconds shortest_life = 1min;
constexpr seconds look_for_next_key = 1h;
constexpr int checks_before_asking_anyway = 5;
constexpr seconds between_unchecked = 12h;
/// RFC 9773 §4.3.2: how often the window is asked for, whatever the CA says.
constexpr seconds soonest_window = 1h, latest_window = days(1), usual_window = 6h;

seconds life(const InUse& in_use) {
    return std::max<seconds>(in_use.not_after - in_use.not_before, shortest_life);
}

seconds scaled(seconds span, double factor) {
    return seconds(static_cast<seconds::rep>(static_cast<double>(span.count()) * factor));
}

/// `first`, doubled each time, never above `most`.
seconds doubled(int failures, seconds first, seconds most) {
    return std::min(most, first * (1 << std::clamp(failures - 1, 0, 16)));
}

seconds wait_after(int failures, Spent spent) {
    if (failures <= 2) return doubled(failures, 1min, 2min);
    return doubled(failures - 2, 1h, spent == Spent::request ? 1h : 6h);
}

seconds wait_after_check(int failures) {
    return doubled(failures, 1min, 15min);
}

/// When one more fits: the n-th newest is `span` old.
SystemTime room_at(const std::vector<SystemTime>& times, std::size_t most, seconds span) {
    return times.size() < most ? SystemTime{} : times[times.size() - most] + span;
}

}  // namespace

SystemTime renewal_time(const State& state, const InUse& in_use) {
    return std::min(state.renew_at, in_use.not_after - life(in_use) / 10);
}

SystemTime allowed_at(const State& state, const std::optional<InUse>& in_use) {
    SystemTime at{};
    if (state.failures > 0) at = std::max(at, state.last_failure + state.wait);
    if (state.check_failures > 0) at = std::max(at, state.last_check + wait_after_check(state.check_failures));
    at = std::max(at, room_at(state.failed_authorizations, authorizations_an_hour, 1h));
    if (!in_use) return std::max(at, room_at(state.issued, certificates_a_week, week));
    // Where certificates live for hours, so do the limits: they stop a storm, not the renewal at two thirds of a life.
    at = std::max(at, room_at(state.issued, certificates_a_week, std::min(week, 2 * life(*in_use))));
    if (!state.issued.empty())
        at = std::max(at, state.issued.back() + std::min(between_certificates, life(*in_use) / 2));
    return at;
}

Action next_action(const State& state, const std::optional<InUse>& in_use, SystemTime now) {
    const SystemTime allowed = allowed_at(state, in_use);
    const SystemTime due = in_use ? std::max(renewal_time(state, *in_use), allowed) : allowed;
    if (now >= due) return {.what = Do::issue, .at = now};
    if (!in_use) return {.what = Do::wait, .at = due};
    if (now >= state.ask_window_at) return {.what = Do::ask_renewal_window, .at = now};
    return {.what = Do::wait, .at = std::min(due, state.ask_window_at)};
}

State about(State state, const InUse& in_use, double random) {
    if (state.renewal_of == in_use.fingerprint) return state;
    state.renewal_of = in_use.fingerprint;
    state.renew_at = in_use.not_after - life(in_use) / 3 - scaled(life(in_use) / 30, random);
    state.window_start = state.window_end = state.ask_window_at = SystemTime{};
    return state;
}

State for_ca(State state, const std::string& directory_url) {
    if (state.directory_url == directory_url) return state;
    // A workspace without a memory of its CA: the certificate that is there is as good as any.
    const bool changed = !state.directory_url.empty();
    State fresh;
    fresh.directory_url = directory_url;
    if (changed) fresh.renewal_of = state.renewal_of;  // with renew_at long past
    return fresh;
}

State at_start(State state) {
    state.look_for_next_key = {};
    if (state.check_failures == 0) return state;
    state.check_failures = 0;
    state.last_error.clear();
    state.remedy.clear();
    return state;
}

State with_window(State state, const acme::RenewalInfo& window, SystemTime now, double random) {
    state.ask_window_at = now + std::clamp(window.retry_after.value_or(usual_window), soonest_window, latest_window);
    if (state.window_start == window.start && state.window_end == window.end) return state;
    state.window_start = window.start;
    state.window_end = window.end;
    state.renew_at = window.start + scaled(window.end - window.start, random);
    return state;
}

State without_window(State state, SystemTime now, std::optional<seconds> retry_after) {
    state.ask_window_at = now + std::clamp(retry_after.value_or(usual_window), soonest_window, latest_window);
    return state;
}

State after_failure(State state, Spent spent, const base::Error& error, std::optional<seconds> retry_after,
                    SystemTime now) {
    state.attempt_running = false;
    state.last_error = error.text;
    state.remedy = error.remedy;
    if (spent == Spent::nothing) {
        ++state.check_failures;
        state.last_check = now;
        return state;
    }
    state.check_failures = 0;
    ++state.failures;
    state.last_failure = now;
    state.wait = std::max(wait_after(state.failures, spent), retry_after.value_or(0s));
    if (spent == Spent::authorization) state.failed_authorizations.push_back(now);
    return state;
}

State after_success(State state) {
    state.attempt_running = false;
    state.failures = state.check_failures = 0;
    state.wait = 0s;
    state.last_error.clear();
    state.remedy.clear();
    state.order_url.clear();
    return state;
}

State with_tlsa(State state, const std::string& next_key, const TlsaView& view, base::SystemTime now) {
    if (state.next_key != next_key) state.next_key_shown = {};
    state.next_key = next_key;
    if (view.shown == TlsaView::Shown::next) {
        if (state.next_key_shown == SystemTime{}) state.next_key_shown = now;
    } else if (view.shown != TlsaView::Shown::unknown) {  // without an answer nothing is known to have changed
        state.next_key_shown = {};
    }
    state.look_for_next_key = now + look_for_next_key;
    return state;
}

bool may_take_next_key(const State& state, const TlsaView& view, base::SystemTime now) {
    if (view.shown == TlsaView::Shown::nothing) return true;
    return view.shown == TlsaView::Shown::next && state.next_key_shown != SystemTime{} &&
           now - state.next_key_shown >= 2 * view.ttl;
}

bool may_ask_unchecked(const State& state, SystemTime now) {
    return state.check_failures >= checks_before_asking_anyway && now >= state.asked_unchecked + between_unchecked;
}

}  // namespace certs
