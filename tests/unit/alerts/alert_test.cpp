#include "alerts/alert.h"

#include <doctest/doctest.h>

namespace {

const base::SystemTime now(std::chrono::seconds(1'800'000'000));

}  // namespace

TEST_CASE("a report of vmalert is read") {
    const auto report = alerts::parse_report(
        R"([{"startsAt":"2026-11-21T02:31:30Z","generatorURL":"https://x","endsAt":"2026-11-21T02:34:18.39Z",
            "labels":{"alertname":"ServiceDown","engine":"redis","severity":"critical"},
            "annotations":{"summary":"redis is not running","description":"d"}}])",
        now);
    REQUIRE(report);
    REQUIRE(report->size() == 1);
    const auto& alert = report->front();
    CHECK(alert.label("engine") == "redis");
    CHECK(alert.label("nothing").empty());
    CHECK(alert.summary() == "redis is not running");
    CHECK(std::format("{:%FT%T}", alert.ends) == "2026-11-21T02:34:18");
    CHECK(alerts::from_json(alerts::to_json(alert)) == alert);
}

TEST_CASE("without an end, or with Go's zero time, an alert fires for a while") {
    for (const auto* ends : {"", R"(,"endsAt":"0001-01-01T00:00:00Z")", R"(,"endsAt":"soon")", R"(,"endsAt":5)"}) {
        CAPTURE(ends);
        const auto report = alerts::parse_report(std::string(R"([{"labels":{"alertname":"X"})") + ends + "}]", now);
        REQUIRE(report);
        CHECK(report->front().ends > now);
        CHECK(report->front().starts == now);
    }
}

TEST_CASE("what is no report is refused") {
    for (const std::string text :
         {"", "{}", "null", "[1]", "[{}]", R"([{"labels":"x"}])", R"([{"labels":{"alertname":5}}])", "[[[[["}) {
        CAPTURE(text);
        CHECK_FALSE(alerts::parse_report(text, now));
    }
    std::string many = "[";
    for (int i = 0; i <= 1000; ++i) many += R"({"labels":{"alertname":"X"}},)";
    many.back() = ']';
    CHECK_FALSE(alerts::parse_report(many, now));
}

TEST_CASE("texts of a report stay on their line and within bounds") {
    const auto report = alerts::parse_report(
        R"([{"labels":{"alertname":"X\r\nBcc: y"},"annotations":{"summary":")" + std::string(100'000, 'a') + R"("}}])",
        now);
    REQUIRE(report);
    CHECK_FALSE(report->front().label("alertname").contains('\n'));
    CHECK(report->front().summary().size() < 1000);
}
