#include "logins/recorder.h"

#include <doctest/doctest.h>

#include <format>

#include "tests/unit/temporary_folder.h"

using logins::Login;
using logins::Pending;

namespace {

Login login(std::string account, int time, std::string app_password = {}) {
    return {.account = std::move(account),
            .app_password = std::move(app_password),
            .visit = {.time = base::SystemTime(std::chrono::seconds(time)), .protocol = "imap", .client = ""}};
}

}  // namespace

TEST_CASE("of many logins of an account the last one waits") {
    Pending pending(10);
    CHECK(pending.empty());
    for (const int time : {1, 3, 2}) CHECK(pending.add(login("alice@example.org", time)));
    CHECK(pending.add(login("alice@example.org", 2, "phone")));
    CHECK(pending.all() == std::vector{login("alice@example.org", 3), login("alice@example.org", 2, "phone")});
    pending.clear();
    CHECK(pending.empty());
}

TEST_CASE("what waits is bounded, and those who wait already stay up to date") {
    Pending pending(2);
    CHECK(pending.add(login("a@example.org", 1)));
    CHECK(pending.add(login("b@example.org", 1)));
    CHECK_FALSE(pending.add(login("c@example.org", 1)));
    CHECK(pending.add(login("a@example.org", 2)));
    CHECK(pending.all() == std::vector{login("a@example.org", 2), login("b@example.org", 1)});
}

TEST_CASE("logins of several threads are all on disk when the recorder has ended") {
    const tests::TemporaryFolder folder;
    const auto file = folder.path() / "logins.sqlite";
    {
        logins::Recorder recorder(std::move(*logins::Store::open(file)));
        std::vector<std::jthread> threads;
        for (int thread = 0; thread < 4; ++thread)
            threads.emplace_back([&recorder, thread] {
                for (int i = 0; i < 500; ++i)
                    recorder.record(login(std::format("user{}-{}@example.org", thread, i % 50), i));
            });
    }
    auto store = logins::Store::open(file);
    REQUIRE(store);
    const auto all = store->last_logins();
    REQUIRE(all);
    CHECK(all->size() == 200);
    CHECK(all->at("user3-49@example.org").time.time_since_epoch() == std::chrono::seconds(499));
}
