#include "regexp/regexp.h"

#include <doctest/doctest.h>

TEST_CASE("an expression is good or the reason is told") {
    CHECK(regexp::check("jens-[0-9]+@example\\.org"));
    for (const char* bad : {"jens(", "[a", "*", "(?P<x", "a{2,1}", "\\"}) {
        const auto checked = regexp::check(bad);
        REQUIRE_FALSE(checked);
        CHECK(!checked.error().text.empty());
    }
}

TEST_CASE("letters match in any case") {
    CHECK(regexp::matches("^jens@", "JENS@example.org"));
    CHECK_FALSE(regexp::matches("^jens@", "x-jens@example.org"));
}

TEST_CASE("an expression that would backtrack without end matches nothing") {
    CHECK_FALSE(regexp::matches("(*LIMIT_MATCH=20000)^(?:(a+)+)$", std::string(64, 'a') + "!"));
    CHECK_FALSE(regexp::matches("(", "("));
}
