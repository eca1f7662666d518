#include "certs/plan.h"

#include <doctest/doctest.h>

namespace {

using namespace std::chrono_literals;
using certs::Do;
using certs::Spent;
using std::chrono::days;

const base::SystemTime now{std::chrono::sys_days{2026y / 3 / 1}};
const base::Error trouble = base::fail("cannot: because", "Do this.").error();

certs::InUse in_use(base::SystemTime from = now, std::string fingerprint = "f") {
    return {.fingerprint = std::move(fingerprint), .not_before = from, .not_after = from + days(90)};
}

certs::State fresh(const certs::InUse& certificate, double random = 0) {
    certs::State state = certs::about(certs::State{}, certificate, random);
    state.ask_window_at = now + days(1000);
    return state;
}

/// The waits between `count` failures in a row.
std::vector<std::chrono::seconds> waits(int count, Spent spent) {
    std::vector<std::chrono::seconds> all;
    certs::State state;
    base::SystemTime time = now;
    for (int i = 0; i < count; ++i) {
        state = certs::after_failure(certs::tidy(state, time), spent, trouble, std::nullopt, time);
        const auto next = certs::allowed_at(state, std::nullopt);
        all.push_back(next - time);
        time = next;
    }
    return all;
}

}  // namespace

TEST_SUITE("certs plan") {
    TEST_CASE("without a certificate one is asked for at once") {
        CHECK(certs::next_action(certs::State{}, std::nullopt, now).what == Do::issue);
    }

    TEST_CASE("a certificate is renewed when a third of its life is left, a little earlier by chance") {
        CHECK(certs::renewal_time(fresh(in_use()), in_use()) == now + days(60));
        CHECK(certs::renewal_time(fresh(in_use(), 0.5), in_use()) == now + days(60) - 36h);
        CHECK(certs::next_action(fresh(in_use()), in_use(), now + days(59)) ==
              certs::Action{.what = Do::wait, .at = now + days(60)});
        CHECK(certs::next_action(fresh(in_use()), in_use(), now + days(60)).what == Do::issue);
    }

    TEST_CASE("the time is picked once for each certificate") {
        const auto state = fresh(in_use(), 0.1);
        CHECK(certs::about(state, in_use(), 0.9) == state);
        CHECK(certs::about(state, in_use(now, "other"), 0.9).renew_at != state.renew_at);
    }

    TEST_CASE("an expired certificate is renewed at once") {
        CHECK(certs::next_action(fresh(in_use()), in_use(), now + days(200)).what == Do::issue);
    }

    TEST_CASE("the CA's window is asked for and a time in it is picked once") {
        auto state = certs::about(certs::State{}, in_use(), 0);
        CHECK(certs::next_action(state, in_use(), now).what == Do::ask_renewal_window);
        const acme::RenewalInfo window{
            .start = now + days(10), .end = now + days(12), .explanation = "", .retry_after = 2h};
        state = certs::with_window(state, window, now, 0.5);
        CHECK(state.renew_at == now + days(11));
        CHECK(state.ask_window_at == now + 2h);
        CHECK(certs::with_window(state, window, now, 0.9).renew_at == now + days(11));
        CHECK(certs::next_action(state, in_use(), now) == certs::Action{.what = Do::wait, .at = now + 2h});
    }

    TEST_CASE("a window in the past means now: the CA is about to revoke") {
        const acme::RenewalInfo window{.start = now - days(3), .end = now - days(2), .explanation = ""};
        const auto state = certs::with_window(certs::about(certs::State{}, in_use(), 0), window, now, 0.5);
        CHECK(certs::next_action(state, in_use(), now).what == Do::issue);
    }

    TEST_CASE("no window can put a renewal off into the last tenth of the certificate's life") {
        const acme::RenewalInfo window{.start = now + days(5000), .end = now + days(5001), .explanation = ""};
        const auto state = certs::with_window(certs::about(certs::State{}, in_use(), 0), window, now, 0.5);
        CHECK(certs::renewal_time(state, in_use()) == now + days(81));
    }

    TEST_CASE("the CA cannot make us ask for the window all the time or never") {
        acme::RenewalInfo window{.start = now + days(1), .end = now + days(2), .explanation = "", .retry_after = 0s};
        CHECK(certs::with_window(certs::State{}, window, now, 0).ask_window_at == now + 1h);
        window.retry_after = days(14);
        CHECK(certs::with_window(certs::State{}, window, now, 0).ask_window_at == now + days(1));
        CHECK(certs::without_window(certs::State{}, now, std::nullopt).ask_window_at == now + 6h);
    }

    TEST_CASE("a CA that is not there is asked at most once an hour after two quick tries") {
        CHECK(waits(5, Spent::request) == std::vector<std::chrono::seconds>{1min, 2min, 1h, 1h, 1h});
    }

    TEST_CASE("challenges in vain are tried ever more rarely") {
        CHECK(waits(8, Spent::authorization) == std::vector<std::chrono::seconds>{1min, 2min, 1h, 2h, 4h, 6h, 6h, 6h});
    }

    TEST_CASE("our own check is repeated soon, for it costs nobody anything") {
        CHECK(waits(7, Spent::nothing) ==
              std::vector<std::chrono::seconds>{1min, 2min, 4min, 8min, 15min, 15min, 15min});
    }

    TEST_CASE("a failed check in between does not shorten the wait for the CA") {
        certs::State state;
        for (int i = 0; i < 3; ++i)
            state = certs::after_failure(state, Spent::authorization, trouble, std::nullopt, now);
        state = certs::after_failure(state, Spent::nothing, trouble, std::nullopt, now);
        CHECK(certs::allowed_at(state, std::nullopt) == now + 1h);
    }

    TEST_CASE("what the CA asks for counts when it is longer") {
        CHECK(certs::allowed_at(certs::after_failure({}, Spent::request, trouble, 7200s, now), std::nullopt) ==
              now + 2h);
        CHECK(certs::allowed_at(certs::after_failure({}, Spent::request, trouble, 1s, now), std::nullopt) ==
              now + 1min);
    }

    TEST_CASE("never more than four failed authorizations an hour") {
        certs::State state;
        for (int i = 0; i < 4; ++i) state.failed_authorizations.push_back(now + i * 1min);
        CHECK(certs::allowed_at(state, std::nullopt) == now + 1h);
    }

    TEST_CASE("never more than four certificates a week, and one a day while there is a usable one") {
        certs::State state;
        state.issued = {now};
        CHECK(certs::allowed_at(state, std::nullopt) <= now);
        CHECK(certs::allowed_at(state, in_use()) == now + days(1));
        state.issued = {now, now + 1h, now + 2h, now + 3h};
        CHECK(certs::allowed_at(state, std::nullopt) == now + days(7));
        CHECK(certs::allowed_at(state, in_use()) == now + days(7));
    }

    TEST_CASE("certificates of any life are renewed in time, month after month") {
        for (const std::chrono::seconds life :
             {std::chrono::seconds(1min), std::chrono::seconds(1h), std::chrono::seconds(24h),
              std::chrono::seconds(160h), std::chrono::seconds(days(90))}) {
            CAPTURE(life.count());
            certs::State state;
            base::SystemTime time = now;
            for (int number = 0; number < 30; ++number) {
                const certs::InUse certificate{
                    .fingerprint = std::to_string(number), .not_before = time, .not_after = time + life};
                state.issued.push_back(time);
                state = certs::about(certs::tidy(state, time), certificate, 0.9);
                state.ask_window_at = time + days(1000);
                const auto next = certs::next_action(state, certificate, time);
                CHECK(next.what == Do::wait);
                CHECK(next.at < certificate.not_after - life / 4);
                CHECK(next.at >= certificate.not_before + life / 2);
                time = next.at;
            }
        }
    }

    TEST_CASE("a start repeats our own check at once, but shortens no wait for the CA") {
        certs::State state;
        for (int i = 0; i < 7; ++i) state = certs::after_failure(state, Spent::nothing, trouble, std::nullopt, now);
        CHECK(certs::allowed_at(certs::at_start(state), std::nullopt) <= now);
        CHECK(certs::at_start(state).last_error.empty());
        for (int i = 0; i < 3; ++i)
            state = certs::after_failure(state, Spent::authorization, trouble, std::nullopt, now);
        CHECK(certs::at_start(state) == state);
        CHECK(certs::allowed_at(certs::at_start(state), std::nullopt) == now + 1h);
    }

    TEST_CASE("a success forgets failures but not the certificates of the week") {
        certs::State state = certs::after_failure({}, Spent::authorization, trouble, 7200s, now);
        state.issued = {now};
        state.order_url = "https://ca.test/order/1";
        const auto after = certs::after_success(state);
        CHECK(after.failures == 0);
        CHECK(after.last_error.empty());
        CHECK(after.order_url.empty());
        CHECK(after.issued.size() == 1);
    }

    TEST_CASE("the CA is asked in spite of our own check only after five checks, twice a day") {
        certs::State state;
        for (int i = 0; i < 4; ++i) state = certs::after_failure(state, Spent::nothing, trouble, std::nullopt, now);
        CHECK_FALSE(certs::may_ask_unchecked(state, now));
        state = certs::after_failure(state, Spent::nothing, trouble, std::nullopt, now);
        CHECK(certs::may_ask_unchecked(state, now));
        state.asked_unchecked = now;
        CHECK_FALSE(certs::may_ask_unchecked(state, now + 11h));
        CHECK(certs::may_ask_unchecked(state, now + 12h));
    }

    TEST_CASE("a clock that jumps about causes no storm of certificates") {
        certs::State state;
        certs::InUse certificate = in_use(now, "0");
        state = fresh(certificate);
        int issued = 0;
        base::SystemTime time = now;
        for (const auto jump : {days(0), days(1), days(-1), days(90), days(-90), days(1), days(-2)}) {
            time += jump;
            for (int minute = 0; minute < 180; ++minute, time += 1min) {
                state = certs::about(certs::tidy(state, time), certificate, 0.5);
                state.ask_window_at = time + days(1);
                if (certs::next_action(state, certificate, time).what != Do::issue) continue;
                ++issued;
                state.issued.push_back(time);
                state = certs::after_success(state);
                certificate = in_use(now, std::to_string(issued));  // the CA's clock did not jump
            }
        }
        CHECK(issued <= 1);
    }

    TEST_CASE("another CA starts with a clean slate and a certificate of its own") {
        certs::State state = fresh(in_use());
        state.directory_url = "https://staging.test/dir";
        state.failures = 5;
        CHECK(certs::for_ca(state, state.directory_url) == state);
        const auto changed = certs::for_ca(state, "https://ca.test/dir");
        CHECK(changed.failures == 0);
        CHECK(certs::next_action(certs::about(changed, in_use(), 0.5), in_use(), now).what == Do::issue);
        const auto first = certs::for_ca(certs::State{}, "https://ca.test/dir");
        CHECK(certs::next_action(certs::about(first, in_use(), 0.5), in_use(), now).what != Do::issue);
    }

    TEST_CASE("the next key is taken when its record was shown for two TTLs, or nobody looks at records") {
        using Shown = certs::TlsaView::Shown;
        const certs::TlsaView shown{.shown = Shown::next, .ttl = 1h};
        const auto may = [&](const certs::State& state, Shown what, base::SystemTime time) {
            return certs::may_take_next_key(state, {.shown = what, .ttl = 1h}, time);
        };
        CHECK(may({}, Shown::nothing, now));
        for (const auto what : {Shown::unknown, Shown::others, Shown::next}) CHECK_FALSE(may({}, what, now));

        auto state = certs::with_tlsa({}, "k", shown, now);
        CHECK(state.look_for_next_key == now + 1h);
        CHECK_FALSE(may(state, Shown::next, now + 119min));
        state = certs::with_tlsa(state, "k", shown, now + 1h);
        CHECK(may(state, Shown::next, now + 2h));
        // Nobody could tell for a while: that is no reason to begin anew, but the key stays until it is seen again.
        state = certs::with_tlsa(state, "k", {}, now + 2h);
        CHECK_FALSE(may(state, Shown::unknown, now + 3h));
        CHECK(may(state, Shown::next, now + 3h));

        CHECK_FALSE(may(certs::with_tlsa(state, "k", {.shown = Shown::others}, now + 3h), Shown::next, now + 3h));
        CHECK_FALSE(may(certs::with_tlsa(state, "another", shown, now + 3h), Shown::next, now + 3h));
        CHECK_FALSE(may(certs::with_tlsa(state, "another", {}, now + 3h), Shown::next, now + 3h));
    }
}
