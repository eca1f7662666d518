#include "outbound/limits.h"

#include <doctest/doctest.h>

using outbound::excess;
using outbound::Limits;
using outbound::network_of;
using outbound::parse_span;

namespace {

constexpr Limits usual{.messages_per_hour = 200,
                       .recipients_per_day = 1000,
                       .new_recipients_per_day = 400,
                       .networks_per_hour = 15,
                       .bounce_percent = 40};

}  // namespace

TEST_CASE("people pass") {
    CHECK_FALSE(excess(usual, {}));
    // The first day of an office: everybody is new, and the invitation to 60 is among them.
    CHECK_FALSE(excess(usual, {.messages = 90, .recipients = 260, .new_recipients = 260, .networks = 3}));
    CHECK_FALSE(excess(usual, {.messages = 200, .recipients = 1000, .new_recipients = 400, .networks = 15}));
    // The club's list with twelve addresses that are gone.
    CHECK_FALSE(excess(usual, {.messages = 1, .recipients = 60, .delivered = 48, .bounced = 12}));
    // A few mistyped addresses, all refused.
    CHECK_FALSE(excess(usual, {.messages = 3, .recipients = 3, .bounced = 3}));
}

TEST_CASE("each limit stops by itself, and says so") {
    CHECK(excess(usual, {.messages = 201}) ==
          "it sent 201 mails within an hour, more than OUTBOUND_MESSAGES_PER_HOUR=200");
    CHECK(excess(usual, {.recipients = 1001})->contains("1001 recipients within a day, more than OUTBOUND_RECIPIENTS"));
    CHECK(excess(usual, {.new_recipients = 401})->contains("OUTBOUND_NEW_RECIPIENTS_PER_DAY=400"));
    CHECK(excess(usual, {.networks = 16})->contains("16 different networks within an hour"));
    CHECK(excess(usual, {.delivered = 30, .bounced = 20}) ==
          "20 of its last 50 recipients were refused by their servers, OUTBOUND_BOUNCE_PERCENT=40");
    CHECK_FALSE(excess(usual, {.delivered = 31, .bounced = 20}));
    CHECK_FALSE(excess(usual, {.delivered = 0, .bounced = 19}));
}

TEST_CASE("0 is no limit") {
    const Limits none;
    CHECK_FALSE(none.any());
    CHECK(usual.any());
    CHECK_FALSE(excess(none, {.messages = 1'000'000'000,
                              .recipients = 1'000'000'000,
                              .new_recipients = 1'000'000'000,
                              .networks = 1'000'000'000,
                              .bounced = 1'000'000'000}));
}

TEST_CASE("clients side by side are one network") {
    CHECK(network_of("192.0.2.7") == network_of("192.0.2.250"));
    CHECK(network_of("192.0.2.7") == "192.0.2.0/24");
    CHECK(network_of("192.0.3.7") != network_of("192.0.2.7"));
    CHECK(network_of("2001:db8:1:2::3") == network_of("2001:db8:1:ffff::1"));
    CHECK(network_of("2001:db8:1:2::3") == "2001:db8:1::/48");
    CHECK(network_of("2001:db8:2::3") != network_of("2001:db8:1::3"));
    CHECK(network_of("::ffff:192.0.2.9") == "192.0.2.0/24");
    CHECK(network_of("somewhere\n") == "somewhere\\x0a");
}

TEST_CASE("spans of time") {
    using namespace std::chrono_literals;
    CHECK(parse_span("30m") == 30min);
    CHECK(parse_span("12h") == 12h);
    CHECK(parse_span("1d") == 24h);
    CHECK(parse_span("2w") == 14 * 24h);
    for (const auto* bad : {"", "d", "0d", "1", "-1d", "1.5h", "1y", "4000d", "1d ", "99999999999999999999d", "1dd"})
        CHECK_FALSE(parse_span(bad));
}
