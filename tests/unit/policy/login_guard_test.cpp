#include "policy/login_guard.h"

#include <doctest/doctest.h>

#include "tests/unit/temporary_folder.h"

using logins::BanStore;
using policy::LoginGuard;
using namespace std::chrono_literals;

namespace {

struct Noon final : base::Clock {
    base::SystemTime now() const override { return base::SystemTime(24h * 20'000); }
};

struct House {
    Noon clock;
    tests::TemporaryFolder folder;
    std::filesystem::path file = folder.path() / "bans.sqlite";
    LoginGuard guard = open();

    LoginGuard open() { return {{}, std::move(*BanStore::open(file)), {}, clock}; }

    bool try_one(LoginGuard& at, std::uint64_t password) {
        const policy::Attempt attempt{
            .login = "alice@a.example", .protocol = "imap", .client = "203.0.113.5", .password = password};
        const bool allowed = at.decide(attempt).allowed;
        at.learn({.attempt = attempt, .accepted = false, .judged = allowed});
        return allowed;
    }
    int guess(LoginGuard& at, int count) {
        int judged = 0;
        for (int password = 0; password < count; ++password)
            judged += try_one(at, 1000u + static_cast<unsigned>(password));
        return judged;
    }
};

}  // namespace

TEST_CASE("a ban is in the file at once and in force after a restart; lifting it counts at once") {
    House house;
    CHECK(house.guess(house.guard, 50) == 10);
    auto command = *BanStore::open(house.file);
    REQUIRE(command.all(house.clock.now())->size() == 1);
    auto restarted = house.open();
    CHECK(house.guess(restarted, 1) == 0);
    CHECK(*command.remove_account("alice@a.example") == 1);
    CHECK(house.guess(restarted, 1) == 1);
    CHECK(house.guess(house.guard, 1) == 1);
}

TEST_CASE("a ban by hand counts at once, both ways") {
    House house;
    auto command = *BanStore::open(house.file);
    CHECK(house.try_one(house.guard, 1));
    const auto network = *base::IpNetwork::parse("203.0.113.0/24");
    REQUIRE(command.add(
        {.network = network, .account = {}, .since = house.clock.now(), .until = {}, .by_hand = true, .reason = {}},
        house.clock.now()));
    CHECK_FALSE(house.try_one(house.guard, 1));
    CHECK(*command.remove_network(network) == 1);
    CHECK(house.try_one(house.guard, 1));
}
