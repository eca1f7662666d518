#include "app/health/clock_jump.h"

#include <doctest/doctest.h>

using namespace std::chrono_literals;

TEST_CASE("a wall clock that is set back is seen each time, whatever time has passed") {
    const app::ClockWatch::Wall wall{1'800'000'000s};
    const app::ClockWatch::Steady steady{5000s};
    app::ClockWatch watch(wall, steady);
    CHECK_FALSE(watch.set_back(wall + 1s, steady + 1s));
    CHECK_FALSE(watch.set_back(wall + 24h, steady + 2s));  // forward
    CHECK(watch.set_back(wall + 3s, steady + 3s));
    CHECK_FALSE(watch.set_back(wall + 4s, steady + 4s));
    CHECK(watch.set_back(wall - 10s, steady + 5s));
    CHECK(watch.set_back(wall - 24h, steady + 6s));  // again, a second later
    // What a clock is corrected by all the time is no jump.
    CHECK_FALSE(watch.set_back(wall - 24h + 500ms, steady + 7s));
    CHECK_FALSE(watch.set_back(wall - 24h + 1s, steady + 8s));
}
