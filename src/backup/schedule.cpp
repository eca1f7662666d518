#include "backup/schedule.h"

namespace backup {
namespace {

using base::SystemTime;
using std::chrono::days, std::chrono::hours;

/// A clock that was set back must not put everything off: what seems to come from the future is as good as long ago.
bool is_past(std::optional<SystemTime> time, std::chrono::seconds pause, SystemTime now) {
    return !time || *time + pause <= now || *time > now + hours(1);
}

/// The first moment after `time` with this time of the day.
SystemTime next_at(std::chrono::minutes time_of_day, SystemTime time) {
    const auto that_day = std::chrono::floor<days>(time) + time_of_day;
    return that_day > time ? that_day : that_day + days(1);
}

}  // namespace

bool backup_is_due(const settings::Backup& settings, const State& state, SystemTime now) {
    if (settings.repository.empty() || (!settings.time_of_day && !settings.interval)) return false;
    const bool failed = state.last_try && (!state.last_success || *state.last_try > *state.last_success);
    if (failed && !is_past(state.last_try, hours(1), now)) return false;
    if (!state.last_success || *state.last_success > now + hours(1)) return true;
    if (settings.interval) return is_past(state.last_success, *settings.interval, now);
    return next_at(*settings.time_of_day, *state.last_success) <= now;
}

bool drill_is_due(const settings::Backup& settings, const State& state, SystemTime now) {
    if (settings.repository.empty() || !settings.drill || !state.last_success) return false;
    return is_past(state.last_verified, *settings.drill, now) && is_past(state.last_drill, days(1), now);
}

bool prune_is_due(const State& state, SystemTime now) {
    return is_past(state.last_prune, days(7), now);
}

}  // namespace backup
