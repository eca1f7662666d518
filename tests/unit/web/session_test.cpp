#include "web/session.h"

#include <doctest/doctest.h>

#include "tests/unit/web/fixture.h"

namespace {

const std::string alice = "alice@example.org";
const std::string bob = "bob@example.org";

}  // namespace

TEST_CASE("a session is found by its id only, and each has its own") {
    const tests::StillClock clock;
    web::Sessions sessions(clock);
    const auto one = sessions.open(alice, "x"), two = sessions.open(alice, "x");
    REQUIRE(one);
    REQUIRE(two);
    CHECK(one->size() == 64);
    CHECK(*one != *two);
    CHECK(sessions.find(*one)->account == alice);
    CHECK(sessions.find(*one)->csrf != sessions.find(*two)->csrf);
    CHECK_FALSE(sessions.find(""));
    CHECK_FALSE(sessions.find(std::string(64, '0')));
    sessions.close(*one);
    CHECK_FALSE(sessions.find(*one));
    CHECK(sessions.find(*two));
}

TEST_CASE("a session ends after 15 minutes without use, and after 8 hours in any case") {
    tests::StillClock clock;
    web::Sessions sessions(clock);
    const auto id = *sessions.open(alice, "x");
    clock.time += web::SessionLimits{}.idle;
    CHECK(sessions.find(id));
    clock.time += web::SessionLimits{}.idle + std::chrono::seconds(1);
    CHECK_FALSE(sessions.find(id));

    const auto busy = *sessions.open(alice, "x");
    for (int minutes = 0; minutes < 8 * 60; minutes += 10) {
        CHECK(sessions.find(busy));
        clock.time += std::chrono::minutes(10);
    }
    CHECK(sessions.find(busy));
    clock.time += std::chrono::seconds(1);
    CHECK_FALSE(sessions.find(busy));
}

TEST_CASE("all sessions of one account end together; the others go on") {
    const tests::StillClock clock;
    web::Sessions sessions(clock);
    const auto one = *sessions.open(alice, "x"), two = *sessions.open(alice, "x"), other = *sessions.open(bob, "x");
    sessions.close_all(alice);
    CHECK_FALSE(sessions.find(one));
    CHECK_FALSE(sessions.find(two));
    CHECK(sessions.find(other));
}

TEST_CASE("one session more than an account may have ends its oldest") {
    tests::StillClock clock;
    web::Sessions sessions(clock);
    const auto other = *sessions.open(bob, "x");
    std::vector<std::string> ids;
    for (std::size_t i = 0; i <= web::SessionLimits{}.most_per_account; ++i) {
        ids.push_back(*sessions.open(alice, "x"));
        clock.time += std::chrono::seconds(1);
    }
    CHECK_FALSE(sessions.find(ids.front()));
    CHECK(sessions.find(ids[1]));
    CHECK(sessions.find(other));
}

TEST_CASE("a notice is shown once") {
    const tests::StillClock clock;
    web::Sessions sessions(clock);
    const auto id = *sessions.open(alice, "x");
    CHECK_FALSE(sessions.take_notice(id));
    sessions.leave_notice(id, {.text = "done", .secret = base::Secret("s")});
    CHECK(sessions.take_notice(id)->secret.reveal() == "s");
    CHECK_FALSE(sessions.take_notice(id));
    sessions.leave_notice("nobody", {.text = "done", .secret = {}});
    CHECK_FALSE(sessions.take_notice("nobody"));
}
