#include "mtasts/store.h"

#include <doctest/doctest.h>

#include <format>
#include <fstream>

#include "tests/unit/temporary_folder.h"

using namespace std::chrono_literals;
using mtasts::Mode;
using mtasts::Policy;
using mtasts::Store;

namespace {

const base::SystemTime start{std::chrono::seconds(1'800'000'000)};

base::Domain domain(std::string_view text) {
    return base::Domain::parse(text).value();
}

Policy policy(std::chrono::seconds max_age) {
    return {.mode = Mode::enforce, .mx = {"mx.example"}, .max_age = max_age};
}

}  // namespace

TEST_CASE("a policy counts until its time is over, in another process too") {
    const tests::TemporaryFolder folder;
    const auto file = folder.path() / "mta-sts.sqlite";
    REQUIRE(Store::open(file)->keep(domain("a.example"), "1", policy(1h), start));
    auto store = Store::open(file);
    REQUIRE(store);
    const auto known = store->find(domain("a.example"), start + 59min);
    REQUIRE((known && *known));
    CHECK((*known)->id == "1");
    CHECK((*known)->policy == policy(1h));
    CHECK(store->find(domain("a.example"), start + 1h).value() == std::nullopt);
    CHECK(store->find(domain("b.example"), start).value() == std::nullopt);
    // Fetched by a clock that was a century ahead.
    CHECK(store->find(domain("a.example"), start - 24h * 366 * 100).value() == std::nullopt);
}

TEST_CASE("what was not fetched for a day is due, unless nobody wrote to it for a month") {
    const tests::TemporaryFolder folder;
    auto store = Store::open(folder.path() / "mta-sts.sqlite");
    REQUIRE(store);
    const auto year = mtasts::longest_age;
    REQUIRE(store->keep(domain("old.example"), "1", policy(year), start));
    REQUIRE(store->keep(domain("used.example"), "1", policy(year), start));
    CHECK(store->due(start + 23h)->empty());
    CHECK(store->due(start + 24h)->size() == 2);
    REQUIRE(store->find(domain("used.example"), start + 24h * 20));
    CHECK(store->due(start + 24h * 40) == std::vector{domain("used.example")});
    REQUIRE(store->keep(domain("used.example"), "2", policy(year), start + 24h * 40));
    CHECK(store->due(start + 24h * 40)->empty());
}

TEST_CASE("the number of domains is bounded; who was written to last stays") {
    const tests::TemporaryFolder folder;
    auto store = Store::open(folder.path() / "mta-sts.sqlite");
    REQUIRE(store);
    for (std::size_t i = 0; i <= mtasts::most_domains; ++i)
        REQUIRE(store->keep(domain(std::format("d{}.example", i)), "1", policy(24h), start + std::chrono::seconds(i)));
    CHECK(store->find(domain("d0.example"), start).value() == std::nullopt);
    CHECK(store->find(domain("d1.example"), start).value() != std::nullopt);
}

TEST_CASE("a damaged file is put aside") {
    const tests::TemporaryFolder folder;
    const auto file = folder.path() / "mta-sts.sqlite";
    std::ofstream(file) << std::string(5000, 'x');
    auto store = Store::open(file);
    REQUIRE(store);
    CHECK(store->keep(domain("a.example"), "1", policy(1h), start));
    CHECK(std::filesystem::exists(file.string() + ".damaged"));
}
