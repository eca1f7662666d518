#include "backup/schedule.h"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using base::SystemTime;

namespace {

SystemTime at(int day, std::chrono::minutes time) {
    return std::chrono::sys_days(std::chrono::year(2027) / 1 / day) + time;
}

settings::Backup daily() {
    settings::Backup settings;
    settings.repository = "/backup";
    return settings;
}

}  // namespace

TEST_CASE("the first backup is made at once, the next at the time of the day") {
    const auto settings = daily();
    CHECK(backup::backup_is_due(settings, {}, at(1, 12h)));
    backup::State state{.last_try = at(1, 12h), .last_success = at(1, 12h + 5min)};
    CHECK_FALSE(backup::backup_is_due(settings, state, at(1, 23h)));
    CHECK_FALSE(backup::backup_is_due(settings, state, at(2, 3h + 29min)));
    CHECK(backup::backup_is_due(settings, state, at(2, 3h + 30min)));
    SUBCASE("a server that was off then makes it later") {
        CHECK(backup::backup_is_due(settings, state, at(4, 1h)));
    }
    SUBCASE("one that was made before the time that day does not stand for it") {
        state.last_try = state.last_success = at(2, 1h);
        CHECK(backup::backup_is_due(settings, state, at(2, 4h)));
    }
}

TEST_CASE("after a failure the next try is an hour later") {
    const backup::State state{.last_try = at(2, 3h + 30min), .last_success = at(1, 4h)};
    CHECK_FALSE(backup::backup_is_due(daily(), state, at(2, 4h)));
    CHECK(backup::backup_is_due(daily(), state, at(2, 4h + 30min)));
}

TEST_CASE("an interval counts from the last success") {
    auto settings = daily();
    settings.time_of_day.reset();
    settings.interval = 6h;
    const backup::State state{.last_try = at(1, 0h), .last_success = at(1, 0h)};
    CHECK_FALSE(backup::backup_is_due(settings, state, at(1, 5h + 59min)));
    CHECK(backup::backup_is_due(settings, state, at(1, 6h)));
}

TEST_CASE("without a repository or a schedule nothing is due") {
    CHECK_FALSE(backup::backup_is_due({}, {}, at(1, 0h)));
    auto by_hand = daily();
    by_hand.time_of_day.reset();
    CHECK_FALSE(backup::backup_is_due(by_hand, {}, at(1, 0h)));
}

TEST_CASE("a clock that was set back puts nothing off") {
    const backup::State state{
        .last_try = at(20, 4h), .last_success = at(20, 4h), .last_drill = at(20, 4h), .last_verified = at(20, 4h)};
    CHECK(backup::backup_is_due(daily(), state, at(1, 0h)));
    CHECK(backup::drill_is_due(daily(), state, at(1, 0h)));
}

TEST_CASE("a drill follows the first backup, then its interval; a failed one is tried again the next day") {
    const auto settings = daily();
    CHECK_FALSE(backup::drill_is_due(settings, {}, at(1, 0h)));
    backup::State state{.last_success = at(1, 0h)};
    CHECK(backup::drill_is_due(settings, state, at(1, 1h)));
    state.last_drill = state.last_verified = at(1, 1h);
    CHECK_FALSE(backup::drill_is_due(settings, state, at(7, 0h)));
    CHECK(backup::drill_is_due(settings, state, at(8, 1h)));
    state.last_drill = at(8, 1h);  // it failed
    CHECK_FALSE(backup::drill_is_due(settings, state, at(8, 20h)));
    CHECK(backup::drill_is_due(settings, state, at(9, 1h)));
    auto off = daily();
    off.drill.reset();
    CHECK_FALSE(backup::drill_is_due(off, {.last_success = at(1, 0h)}, at(2, 0h)));
}
