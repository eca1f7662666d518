#include "certs/state.h"

#include <doctest/doctest.h>

namespace {

using namespace std::chrono_literals;
using std::chrono::days;

const base::SystemTime now{std::chrono::sys_days{2026y / 3 / 1}};

certs::State example() {
    return {.directory_url = "https://ca.test/dir",
            .attempt_running = true,
            .failures = 3,
            .last_failure = now,
            .wait = 1h,
            .check_failures = 2,
            .last_check = now,
            .last_error = "cannot \"get\"\nit",
            .remedy = "Do this.",
            .asked_unchecked = now,
            .issued = {now - days(1), now},
            .failed_authorizations = {now},
            .order_url = "https://ca.test/order/1",
            .order_time = now,
            .renewal_of = "f",
            .renew_at = now + days(60),
            .window_start = now + days(59),
            .window_end = now + days(61),
            .ask_window_at = now + 6h};
}

}  // namespace

TEST_SUITE("certs state") {
    TEST_CASE("a state survives being written and read") {
        CHECK(certs::parse_state(certs::to_text(example())).value() == example());
        CHECK(certs::parse_state(certs::to_text({})).value() == certs::State{});
    }

    TEST_CASE("what is no state is refused") {
        const std::string whole = certs::to_text(example());
        for (const std::string& bad : {std::string(), std::string("{}"), std::string("[1]"), std::string("null"),
                                       whole.substr(0, whole.size() / 2), std::string(1000, '[')})
            CHECK_FALSE(certs::parse_state(bad));
    }

    TEST_CASE("nonsense in it is brought into bounds") {
        const auto state =
            certs::parse_state(R"({"failures":-5,"wait":99999999999,"last_failure":-1,"issued":[1e300,"x",{}],
            "check_failures":123456789012,"renew_at":9223372036854775807})")
                .value();
        CHECK(state.failures == 0);
        CHECK(state.check_failures == 1000);
        CHECK(state.wait == days(14));
        CHECK(certs::tidy(state, now).issued.size() <= 3);
    }

    TEST_CASE("after the clock was set back, the past is not in the future") {
        const auto state = certs::tidy(example(), now - days(90));
        CHECK(state.last_failure == now - days(90));
        CHECK(state.last_check == now - days(90));
        CHECK(state.asked_unchecked == now - days(90));
        CHECK(state.issued == std::vector<base::SystemTime>{now - days(90), now - days(90)});
        CHECK(state.ask_window_at == now - days(89));
    }

    TEST_CASE("what the CA's limits no longer look at is dropped") {
        CHECK(certs::tidy(example(), now + 2h).failed_authorizations.empty());
        CHECK(certs::tidy(example(), now + 2h).issued.size() == 2);
        CHECK(certs::tidy(example(), now + 2h).order_url == "https://ca.test/order/1");
        CHECK(certs::tidy(example(), now + days(8)).issued.empty());
        CHECK(certs::tidy(example(), now + days(8)).order_url.empty());
    }
}
