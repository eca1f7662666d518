#include "tlsrpt/store.h"

#include <doctest/doctest.h>

#include <format>
#include <fstream>

#include "tests/unit/temporary_folder.h"

using namespace std::chrono_literals;
using tlsrpt::Day;
using tlsrpt::Event;
using tlsrpt::Store;

namespace {

constexpr Day day{std::chrono::days(20'000)};

Event event(std::string domain, std::string failure = {}, std::string type = "sts") {
    Event made{.domain = std::move(domain), .policy = json::object({{"policy-type", type}}), .failure = {}};
    if (!failure.empty()) made.failure = json::object({{"result-type", failure}});
    return made;
}

struct Fixture {
    tests::TemporaryFolder folder;
    Store store = Store::open(folder.path() / "t.sqlite").value();

    void add(const Event& one, Day on = day) { REQUIRE(store.add({&one, 1}, on)); }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "sessions are counted by day, domain and policy, failures by their details") {
    for (int i = 0; i < 3; ++i) add(event("a.example"));
    add(event("a.example", "certificate-expired"));
    add(event("a.example", "certificate-expired"));
    add(event("a.example", "starttls-not-supported"));
    add(event("a.example", "", "no-policy-found"));
    add(event("b.example"), day + std::chrono::days(1));
    CHECK(store.days_and_domains().value() ==
          std::vector<std::pair<Day, std::string>>{{day, "a.example"}, {day + std::chrono::days(1), "b.example"}});
    const auto counted = store.counted(day, "a.example");
    REQUIRE(counted);
    REQUIRE(counted->size() == 2);
    CHECK((*counted)[0].successes == 1);
    CHECK((*counted)[1].successes == 3);
    CHECK((*counted)[1].failures == 3);
    REQUIRE((*counted)[1].details.size() == 2);
    CHECK((*counted)[1].details[0].second == 2);
}

TEST_CASE_FIXTURE(Fixture, "what strangers can make it hold is bounded") {
    for (int i = 0; i < 3 * tlsrpt::most_policies; ++i) add(event("a.example", "", std::format("type{}", i)));
    CHECK(store.counted(day, "a.example")->size() == tlsrpt::most_policies);
    for (int i = 0; i < 3 * tlsrpt::most_failures; ++i) add(event("b.example", std::format("failure{}", i)));
    const auto counted = store.counted(day, "b.example");
    REQUIRE(counted);
    CHECK(counted->front().failures == 3 * tlsrpt::most_failures);
    CHECK(counted->front().details.size() == tlsrpt::most_failures);
    std::vector<Event> many;
    for (int i = 0; i < tlsrpt::most_domains + 100; ++i) many.push_back(event(std::format("d{}.example", i)));
    REQUIRE(store.add(many, day));
    CHECK(store.days_and_domains()->size() == tlsrpt::most_domains);
}

TEST_CASE_FIXTURE(Fixture, "a report takes the place of what was counted, and is tried once an hour for a day") {
    add(event("a.example", "certificate-expired"));
    const base::SystemTime now{day + std::chrono::days(1)};
    REQUIRE(store.hand_over(day, "a.example", {"x@example.org", "https://example.org/"}, "id", "{}", now));
    CHECK(store.days_and_domains()->empty());
    CHECK(store.counted(day, "a.example")->empty());
    const auto due = store.take_due(now);
    REQUIRE(due);
    REQUIRE(due->size() == 2);
    CHECK((*due)[0].target == "x@example.org");
    CHECK((*due)[0].day == day);
    CHECK(store.take_due(now + 59min)->empty());
    REQUIRE(store.delivered((*due)[0].number));
    CHECK(store.take_due(now + 1h)->size() == 1);
    CHECK(store.take_due(now + 24h)->size() == 1);
    CHECK(store.take_due(now + 25h)->empty());
}

TEST_CASE("a damaged file is put aside") {
    const tests::TemporaryFolder folder;
    const auto file = folder.path() / "t.sqlite";
    std::ofstream(file) << std::string(5000, 'x');
    CHECK(Store::open(file));
    CHECK(std::filesystem::exists(file.string() + ".damaged"));
}
