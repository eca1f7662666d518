#include "app/user/ban.h"

#include <doctest/doctest.h>

using app::parse_duration;
using namespace std::chrono_literals;

TEST_CASE("a time is a number and a unit") {
    CHECK(*parse_duration("90s") == 90s);
    CHECK(*parse_duration("30m") == 30min);
    CHECK(*parse_duration("12h") == 12h);
    CHECK(*parse_duration("1d") == 24h);
    CHECK(*parse_duration("2w") == 14 * 24h);
    for (const auto bad : {"", "d", "0s", "-1d", "1", "1 d", "1y", "1.5h", "99999999999999999999d", "3654d", "1dd"}) {
        CAPTURE(bad);
        const auto length = parse_duration(bad);
        REQUIRE_FALSE(length);
        CHECK(length.error().kind == base::ErrorKind::usage);
    }
}
