#include "alerts/text.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace {

using alerts::Change, alerts::What;

const base::SystemTime now(std::chrono::seconds(1'800'000'000));

Change change(What what, const std::string& summary = "redis is not running") {
    return {.what = what,
            .alert = {.labels = {{"alertname", "ServiceDown"}, {"engine", "redis"}, {"severity", "critical"}},
                      .annotations = {{"summary", summary}, {"description", "See the log."}},
                      .starts = now - std::chrono::minutes(5),
                      .ends = now},
            .time = now};
}

}  // namespace

TEST_CASE("a mail about one alert says it in its subject") {
    CHECK(alerts::subject({change(What::fired)}) == "Alert: redis is not running (critical)");
    CHECK(alerts::subject({change(What::resolved)}) == "Resolved: redis is not running");
    CHECK(alerts::subject({change(What::fired), change(What::fired)}) == "2 alerts");
    CHECK(alerts::subject({change(What::fired), change(What::resolved)}) == "1 alert, 1 over");
    const auto text = alerts::mail_text({change(What::fired)}, "https://mail.example.org/monitoring/");
    for (const auto* words : {"See the log.", "engine=redis", "https://mail.example.org/monitoring/"})
        CHECK(text.contains(words));
}

TEST_CASE("a mail about alerts is ASCII, whatever is in them, and has an end") {
    const std::vector changes(200, change(What::fired,
                                          "Gr\xc3\xbc\xc3\x9f"
                                          "e"));
    const auto text = alerts::mail_text(changes, "https://x/");
    CHECK(text.contains("And 170 more."));
    CHECK(std::ranges::all_of(text, [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); }));
    CHECK(alerts::subject({change(What::fired, std::string(600, 'x'))}).size() <= 100);
}

TEST_CASE("a webhook is told in the words of each receiver") {
    const auto body = json::parse(
        alerts::webhook_body({change(What::fired)}, "https://x/", "https://ntfy.example.org/?auth=1&topic=mail"));
    REQUIRE(body);
    CHECK((*body)["text"].text().contains("redis is not running"));
    CHECK((*body)["title"].text() == "Alert: redis is not running (critical)");
    CHECK((*body)["message"].text().contains("See the log."));
    CHECK((*body)["priority"].number() == 5);
    CHECK((*body)["topic"].text() == "mail");
    CHECK((*body)["alerts"].items()[0]["status"].text() == "firing");
    const auto over = json::parse(alerts::webhook_body({change(What::resolved)}, "https://x/", "https://chat/x"));
    REQUIRE(over);
    CHECK((*over)["priority"].number() == 2);
    CHECK_FALSE(over->has("topic"));
    CHECK((*over)["alerts"].items()[0]["status"].text() == "resolved");
}
