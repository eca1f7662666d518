#include "web/rate_limit.h"

#include <doctest/doctest.h>

#include <format>

#include "tests/unit/web/fixture.h"

using std::chrono::seconds;
using web::LoginLimits;

namespace {

const std::string home = "192.0.2.1", cafe = "198.51.100.7";

}  // namespace

TEST_CASE("a network is an IPv4 address or an IPv6 /64") {
    CHECK(web::network_of("2001:db8::1") == web::network_of("2001:db8::ffff:1"));
    CHECK(web::network_of("2001:db8::1") != web::network_of("2001:db8:0:1::1"));
    CHECK(web::network_of("192.0.2.1") == web::network_of("::ffff:192.0.2.1"));
    CHECK(web::network_of("192.0.2.1") != web::network_of("192.0.2.2"));
}

TEST_CASE("after the free tries each failure doubles the wait, up to a limit") {
    tests::StillClock clock;
    LoginLimits limits(clock);
    for (unsigned i = 0; i < LoginLimits::free_tries; ++i) CHECK_FALSE(limits.refuse("a", home));
    for (const int wait : {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900}) {
        REQUIRE(limits.refuse("a", home) == seconds(wait));
        clock.time += seconds(wait - 1);
        CHECK(limits.refuse("a", home) == seconds(1));  // a refused try does not count
        clock.time += seconds(1);
        CHECK_FALSE(limits.refuse("a", home));
    }
    clock.time += LoginLimits::memory + seconds(1);
    for (unsigned i = 0; i < LoginLimits::free_tries; ++i) CHECK_FALSE(limits.refuse("a", home));
}

TEST_CASE("failures elsewhere never lock the owner out") {
    tests::StillClock clock;
    LoginLimits limits(clock);
    for (int network = 0; network < 200; ++network)
        for (int i = 0; i < 10; ++i) (void)limits.refuse("a", std::format("203.0.113.{}", network));
    CHECK_FALSE(limits.refuse("a", home));
    limits.succeeded("a", home);
    CHECK_FALSE(limits.refuse("a", home));
    // but so many networks have one free try each now
    CHECK(limits.refuse("a", home));
    CHECK_FALSE(limits.refuse("b", home));
}

TEST_CASE("a network has a limit of its own, whatever accounts it tries") {
    tests::StillClock clock;
    LoginLimits limits(clock);
    for (unsigned i = 0; i < LoginLimits::free_network_tries; ++i)
        CHECK_FALSE(limits.refuse(std::format("user{}", i), home));
    CHECK(limits.refuse("another", home));
    CHECK_FALSE(limits.refuse("another", cafe));
}

TEST_CASE("right passwords are not counted, for as long as it goes") {
    const tests::StillClock clock;
    LoginLimits limits(clock);
    for (int i = 0; i < 1000; ++i) {
        REQUIRE_FALSE(limits.refuse("a", home));
        limits.succeeded("a", home);
    }
}

TEST_CASE("an own account gives no free tries at another one") {
    const tests::StillClock clock;
    LoginLimits limits(clock);
    unsigned tries = 0;
    while (tries < 100 && !limits.refuse("victim", home)) {
        ++tries;
        if (!limits.refuse("own", home)) limits.succeeded("own", home);
    }
    CHECK(tries == LoginLimits::free_tries);
}

TEST_CASE("memory has a limit, and what counts now is kept in it") {
    tests::StillClock clock;
    LoginLimits limits(clock, 300);
    for (unsigned i = 0; i < 10'000; ++i) {
        CHECK_FALSE(limits.refuse(std::format("user{}", i), std::format("2001:db8:0:{:x}::1", i)));
        CHECK(limits.size() <= 300);
    }
    clock.time += seconds(1);
    for (unsigned i = 0; i < LoginLimits::free_tries; ++i) CHECK_FALSE(limits.refuse("a", home));
    for (unsigned i = 0; i < 40; ++i) (void)limits.refuse(std::format("user{}", i), std::format("192.0.2.{}", i + 100));
    CHECK(limits.refuse("a", home) == seconds(1));
}
