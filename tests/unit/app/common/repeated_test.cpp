#include "app/common/repeated.h"

#include <doctest/doctest.h>

#include <atomic>
#include <latch>
#include <semaphore>

using std::chrono::hours;
using std::chrono::seconds;

TEST_CASE("work without a first pause is done at once, and a long pause does not hold up the end") {
    std::latch done(1);
    const app::Repeated repeated({.first = seconds(0), .interval = hours(1)},
                                 [&](const std::stop_token&) { done.count_down(); });
    done.wait();
}

TEST_CASE("work with a first pause is not done at the start") {
    std::atomic<int> times = 0;
    {
        const app::Repeated repeated({.first = hours(1), .interval = seconds(0)}, [&](const auto&) { ++times; });
    }
    CHECK(times == 0);
}

TEST_CASE("work in progress is told to stop") {
    std::latch begun(1);
    std::atomic<bool> was_told = false;
    {
        const app::Repeated repeated({.first = seconds(0), .interval = hours(1)}, [&](const std::stop_token& stop) {
            begun.count_down();
            while (!stop.stop_requested()) std::this_thread::yield();
            was_told = true;
        });
        begun.wait();
    }
    CHECK(was_told);
}

TEST_CASE("work can be asked for before its time") {
    std::binary_semaphore begun(0), may_end(0);
    app::Repeated repeated({.first = hours(1), .interval = hours(1)}, [&](const std::stop_token&) {
        begun.release();
        may_end.acquire();
    });
    for (int round = 0; round < 2; ++round) {
        while (!repeated.wake()) std::this_thread::yield();
        begun.acquire();
        CHECK(!repeated.wake());  // it is being done
        may_end.release();
    }
}
