#include "logins/ban_store.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>

#include "tests/unit/temporary_folder.h"

using logins::Ban;
using logins::BanStore;
using namespace std::chrono_literals;

namespace {

const base::SystemTime now{24h * 20'000};

Ban automatic(std::string network, std::string account = {}) {
    return {.network = *base::IpNetwork::parse(network),
            .account = std::move(account),
            .since = now,
            .until = now + 15min,
            .by_hand = false,
            .reason = "10 wrong passwords",
            .tries = 10};
}

Ban by_hand(std::string network) {
    return {.network = *base::IpNetwork::parse(network),
            .account = {},
            .since = now,
            .until = {},
            .by_hand = true,
            .reason = "it's a \"test\""};
}

BanStore open(const std::filesystem::path& file) {
    auto store = BanStore::open(file);
    REQUIRE_MESSAGE(store, store.error().text);
    return std::move(*store);
}

}  // namespace

TEST_CASE("bans come back as they were, until they are over, and only root may read them") {
    const tests::TemporaryFolder folder;
    const auto file = folder.path() / "bans.sqlite";
    auto store = open(file);
    const Ban account{.network = {},
                      .account = "a'; DROP TABLE bans --",
                      .since = now,
                      .until = now + 1h,
                      .by_hand = false,
                      .reason = "x",
                      .tries = 100};
    for (const auto& ban :
         {automatic("203.0.113.5"), automatic("2001:db8::/64", "a@example.org"), by_hand("203.0.113.0/24"), account})
        REQUIRE(store.add(ban, now));
    CHECK(open(file).all(now)->size() == 4);
    const auto all = *store.all(now);
    CHECK(std::ranges::contains(all, by_hand("203.0.113.0/24")));
    CHECK(std::ranges::contains(all, account));
    CHECK(store.all(now + 20min)->size() == 2);
    CHECK(*store.all(now + 24h * 365) == std::vector{by_hand("203.0.113.0/24")});
    struct stat status{};
    REQUIRE(::stat(file.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE("a ban by hand takes the place of an automatic one, and never the other way round") {
    const tests::TemporaryFolder folder;
    auto store = open(folder.path() / "bans.sqlite");
    REQUIRE(store.add(automatic("203.0.113.5"), now));
    auto longer = automatic("203.0.113.5");
    longer.until = now + 1h;
    REQUIRE(store.add(longer, now));
    CHECK(*store.all(now) == std::vector{longer});
    REQUIRE(store.add(by_hand("203.0.113.5"), now));
    for (const auto& ban : {automatic("203.0.113.5"), by_hand("203.0.113.5")}) {
        const auto again = store.add(ban, now);
        REQUIRE_FALSE(again);
        CHECK(again.error().kind == base::ErrorKind::exists);
    }
    CHECK(*store.all(now) == std::vector{by_hand("203.0.113.5")});
    CHECK_FALSE(*store.remove(automatic("203.0.113.5")));
    CHECK(*store.remove(by_hand("203.0.113.5")));
    // One that is over is no hindrance.
    auto brief = by_hand("203.0.113.6");
    brief.until = now + 1min;
    REQUIRE(store.add(brief, now));
    CHECK(store.add(brief, now + 2min));
}

TEST_CASE("bans are lifted by network and by account") {
    const tests::TemporaryFolder folder;
    auto store = open(folder.path() / "bans.sqlite");
    for (const auto& ban : {automatic("203.0.113.5"), automatic("203.0.113.5", "a@example.org"),
                            automatic("203.0.113.6", "a@example.org"), automatic("203.0.113.7", "b@example.org")})
        REQUIRE(store.add(ban, now));
    CHECK(*store.remove_network(*base::IpNetwork::parse("203.0.113.5")) == 2);
    CHECK(*store.remove_network(*base::IpNetwork::parse("203.0.113.0/24")) == 0);
    CHECK(*store.remove_account("a@example.org") == 1);
    CHECK(store.all(now)->size() == 1);
}

TEST_CASE("what another process changes shows in the version, what this object does not") {
    const tests::TemporaryFolder folder;
    const auto file = folder.path() / "bans.sqlite";
    auto store = open(file), other = open(file);
    const auto before = *store.version();
    REQUIRE(store.add(automatic("203.0.113.5"), now));
    CHECK(*store.version() == before);
    REQUIRE(other.add(automatic("203.0.113.6"), now));
    CHECK(*store.version() != before);
}

TEST_CASE("a damaged file is put aside at the start") {
    const tests::TemporaryFolder folder;
    const auto file = folder.path() / "bans.sqlite";
    std::ofstream(file) << "this is no database, but it is long enough to look like something";
    CHECK_FALSE(BanStore::open(file));
    auto store = BanStore::open_or_renew(file);
    REQUIRE(store);
    CHECK(store->all(now)->empty());
    CHECK(std::filesystem::exists(file.string() + ".damaged"));
}
