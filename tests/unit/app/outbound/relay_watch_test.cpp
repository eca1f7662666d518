#include "app/outbound/relay_watch.h"

#include <doctest/doctest.h>

#include <format>

namespace {

maillog::Entry delivery(std::string_view relay, std::string_view status, std::string_view text) {
    auto entry = maillog::parse(
        "postfix",
        std::format("Nov 21 15:02:11 mail postfix/smtp[245]: 4jWwR75TZdz1dmX6: to=<bob@far.example>, relay={}, "
                    "delay=0.1, delays=0/0/0.1/0, dsn=4.7.8, status={} ({})",
                    relay, status, text));
    REQUIRE(entry);
    return *entry;
}

}  // namespace

TEST_CASE("a relay that refuses the login is told until mail passes it again") {
    std::vector<std::string> warnings;
    int told = 0;
    app::RelayWatch watch([&](const auto& now) { warnings = now, ++told; });
    constexpr auto relay = "smtp.p.example[192.0.2.1]:587", other = "mx.q.example[192.0.2.2]:25";
    const auto refused = delivery(relay, "deferred",
                                  "SASL authentication failed; server smtp.p.example[192.0.2.1] said: 535 5.7.8 wrong");
    watch.read(delivery(other, "deferred", "host mx.q.example[192.0.2.2] said: 451 SASL authentication failed"));
    watch.read(delivery(relay, "sent", "250 ok"));
    CHECK(told == 0);
    watch.read(refused);
    watch.read(refused);
    REQUIRE(warnings.size() == 1);
    CHECK(warnings[0].starts_with(
        "the relay smtp.p.example:587 refuses the login, mail waits; it said: 535 5.7.8 wrong;"));
    watch.read(delivery(other, "sent", "250 ok"));
    CHECK(told == 1);
    // Its other address takes the login again.
    watch.read(delivery("smtp.p.example[2001:db8::1]:587", "sent", "250 ok"));
    CHECK(told == 2);
    CHECK(warnings.empty());
}
