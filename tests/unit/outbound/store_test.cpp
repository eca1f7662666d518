#include "outbound/store.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <format>
#include <fstream>

#include "tests/unit/temporary_folder.h"

using namespace outbound;
using namespace std::chrono_literals;

namespace {

constexpr auto alice = "alice@a.example", bob = "bob@a.example";
const base::SystemTime noon(1'000'000'000s);

Store open(const tests::TemporaryFolder& folder) {
    auto store = Store::open(folder.path() / "outbound.sqlite");
    REQUIRE_MESSAGE(store, store.error().text);
    return std::move(*store);
}

void count(Store& store, const std::string& account, std::vector<std::string> recipients, base::SystemTime time,
           std::string network = {}) {
    REQUIRE(store.count(account, Addition{.network = std::move(network), .recipients = std::move(recipients)}, time));
}

}  // namespace

TEST_CASE("counts are of the last hour and of the last day") {
    const tests::TemporaryFolder folder;
    auto store = open(folder);
    count(store, alice, {"x@b.example", "y@b.example"}, noon, "192.0.2.0/24");
    count(store, alice, {"x@b.example", "z@b.example"}, noon + 10s, "192.0.2.0/24");
    count(store, bob, {"x@b.example"}, noon);
    CHECK(*store.traffic(alice, noon + 10s) ==
          Traffic{.messages = 2, .recipients = 4, .new_recipients = 3, .networks = 1});
    // One more, as it would be.
    const Addition more{.network = "198.51.100.0/24", .recipients = {"x@b.example", "new@b.example"}};
    CHECK(*store.traffic_with(alice, more, noon + 20s) ==
          Traffic{.messages = 3, .recipients = 6, .new_recipients = 4, .networks = 2});
    CHECK(store.traffic(alice, noon + 2h)->messages == 0);
    CHECK(store.traffic(alice, noon + 2h)->networks == 0);
    CHECK(store.traffic(alice, noon + 2h)->recipients == 4);
    CHECK(*store.traffic(alice, noon + 25h) == Traffic{});
    CHECK(store.traffic(bob, noon)->messages == 1);
    // Whom it has written to stays known.
    CHECK(store.traffic_with(alice, {.network = {}, .recipients = {"x@b.example"}}, noon + 25h)->new_recipients == 0);
    struct stat status{};
    REQUIRE(::stat((folder.path() / "outbound.sqlite").c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE("a stop lasts until it is ended, and then counts begin anew") {
    const tests::TemporaryFolder folder;
    auto store = open(folder);
    count(store, alice, {"x@b.example"}, noon, "n");
    REQUIRE(store.count(alice, Tally{.delivered = 2, .bounced = 3}, noon));
    CHECK(store.traffic(alice, noon)->bounced == 3);
    REQUIRE(store.stop({.account = alice, .since = noon, .why = "it's \"too\" much"}));
    REQUIRE(store.stop({.account = alice, .since = noon + 1s, .why = "another"}));
    REQUIRE(store.hold({.queue_id = "AAAAAA", .account = alice, .since = noon, .subject = "s", .why = "w"}));
    const auto stop = store.stop_of(alice);
    CHECK(**stop == Stop{.account = alice, .since = noon, .why = "it's \"too\" much"});
    REQUIRE(store.told(**stop, true));
    CHECK((*store.stop_of(alice))->owner_told);
    CHECK_FALSE((*store.stop_of(alice))->admin_told);
    CHECK_FALSE(*store.stop_of(bob));
    CHECK(*store.let_go(alice));
    CHECK_FALSE(*store.let_go(alice));
    CHECK(store.stops()->empty());
    CHECK(*store.traffic(alice, noon) == Traffic{});
    CHECK(store.held()->size() == 1);
    REQUIRE(store.forget_held({"AAAAAA", "BBBBBB"}));
    CHECK(store.held()->empty());
}

TEST_CASE("trust ends by itself or by word") {
    const tests::TemporaryFolder folder;
    auto store = open(folder);
    CHECK_FALSE(*store.trusted(alice, noon));
    REQUIRE(store.trust({.account = alice, .until = noon + 1h}));
    CHECK(*store.trusted(alice, noon));
    CHECK_FALSE(*store.trusted(alice, noon + 1h));
    REQUIRE(store.trust({.account = alice, .until = {}}));
    CHECK(*store.trusted(alice, noon + 10000h));
    CHECK(store.trusts(noon)->front() == Trust{.account = alice, .until = {}});
    CHECK(*store.untrust(alice));
    CHECK_FALSE(*store.untrust(alice));
    CHECK(store.trusts(noon)->empty());
}

TEST_CASE("another process sees it at once, and a restart changes nothing") {
    const tests::TemporaryFolder folder;
    auto supervisor = open(folder), command = open(folder);
    count(supervisor, alice, {"x@b.example"}, noon);
    REQUIRE(command.trust({.account = alice, .until = {}}));
    CHECK(*supervisor.trusted(alice, noon));
    CHECK(command.traffic(alice, noon)->messages == 1);
    CHECK(open(folder).traffic(alice, noon)->messages == 1);
}

TEST_CASE("what is old goes, and nobody fills the disk") {
    const tests::TemporaryFolder folder;
    auto store = open(folder);
    std::vector<std::string> many;
    for (int i = 0; i < 20'500; ++i) many.push_back(std::format("{}@b.example", i));
    REQUIRE(store.transaction([&] { return store.learn(alice, many, noon - 1h); }));
    count(store, alice, {"latest@b.example"}, noon, "n");
    count(store, bob, {"old@b.example"}, noon - 24h * 366, "n");
    REQUIRE(store.trust({.account = bob, .until = noon - 1s}));
    REQUIRE(store.tidy(noon));
    CHECK(store.traffic(alice, noon)->messages == 1);
    CHECK(store.traffic_with(alice, {.network = {}, .recipients = {"latest@b.example"}}, noon)->new_recipients == 1);
    CHECK(store.traffic_with(alice, {.network = {}, .recipients = many}, noon)->new_recipients == 1 + 501);
    CHECK(store.traffic_with(bob, {.network = {}, .recipients = {"old@b.example"}}, noon)->new_recipients == 1);
    // A clock that was wrong for a while.
    count(store, bob, {"x@b.example"}, noon + 1000h);
    REQUIRE(store.tidy(noon));
    CHECK(store.traffic(bob, noon)->messages == 0);
}

TEST_CASE("renamed and removed accounts") {
    const tests::TemporaryFolder folder;
    auto store = open(folder);
    count(store, alice, {"x@b.example"}, noon, "n");
    count(store, bob, {"y@b.example"}, noon, "n");
    REQUIRE(store.stop({.account = alice, .since = noon, .why = "w"}));
    REQUIRE(store.hold({.queue_id = "AAAAAA", .account = alice, .since = noon, .subject = "s", .why = "w"}));
    REQUIRE(store.hold({.queue_id = "BBBBBB", .account = bob, .since = noon, .subject = "s", .why = "w"}));
    REQUIRE(store.rename(alice, bob));
    CHECK(*store.stop_of(bob));
    CHECK_FALSE(*store.stop_of(alice));
    CHECK(store.held()->at(0).account == bob);
    CHECK(store.held()->size() == 2);
    REQUIRE(store.rename(bob, bob));
    REQUIRE(store.forget(bob));
    CHECK_FALSE(*store.stop_of(bob));
    CHECK(*store.traffic(bob, noon) == Traffic{});
    CHECK(store.held()->size() == 2);
}

TEST_CASE("a damaged file is put aside at the start") {
    const tests::TemporaryFolder folder;
    const auto file = folder.path() / "outbound.sqlite";
    std::ofstream(file) << std::string(5000, 'x');
    CHECK_FALSE(Store::open(file));
    auto store = Store::open_or_renew(file);
    REQUIRE_MESSAGE(store, store.error().text);
    CHECK(store->stops()->empty());
    CHECK(std::filesystem::exists(folder.path() / "outbound.sqlite.damaged"));
}
