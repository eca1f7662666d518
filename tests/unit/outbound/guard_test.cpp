#include "outbound/guard.h"

#include <doctest/doctest.h>

#include <format>
#include <thread>

#include "tests/unit/temporary_folder.h"

using namespace outbound;
using namespace std::chrono_literals;

namespace {

const base::SystemTime morning(1'000'000'000s);

struct Office {
    tests::TemporaryFolder folder;
    std::filesystem::path file = folder.path() / "outbound.sqlite";
    Limits limits{.messages_per_hour = 200,
                  .recipients_per_day = 1000,
                  .new_recipients_per_day = 400,
                  .networks_per_hour = 15,
                  .bounce_percent = 40};
    std::optional<Guard> guard;
    int mails = 0;

    Guard& door() {
        if (!guard) guard.emplace(limits, std::set{*base::Domain::parse("a.example")}, Store::open(file));
        return *guard;
    }
    /// What the operator's command does.
    Store command() {
        auto store = Store::open(file);
        REQUIRE(store);
        return std::move(*store);
    }
    Verdict send(const std::string& account, std::vector<std::string> recipients, base::SystemTime now,
                 std::string client = "192.0.2.7") {
        return door().decide({.account = account,
                              .queue_id = std::format("4jQ{:08}", ++mails),
                              .client = std::move(client),
                              .subject = "hello",
                              .recipients = std::move(recipients)},
                             now);
    }
};

std::vector<std::string> people(int from, int count) {
    std::vector<std::string> all;
    for (int i = 0; i < count; ++i) all.push_back(std::format("p{}@b.example", from + i));
    return all;
}

constexpr auto alice = "alice@a.example", bob = "bob@a.example";

}  // namespace

TEST_CASE("an office's first day passes") {
    Office office;
    for (int mail = 0; mail < 100; ++mail)
        CHECK(office.send(alice, people(mail * 2, 2), morning + mail * 4min) == Verdict::pass);
    CHECK(office.send(alice, people(10'000, 60), morning + 7h) == Verdict::pass);
    for (int home = 0; home < 5; ++home)
        CHECK(office.send(bob, people(home, 1), morning, std::format("198.51.{}.1", home)) == Verdict::pass);
    CHECK(office.door().untold().empty());
}

TEST_CASE("a hijacked account is stopped, and nobody else") {
    Office office;
    int passed = 0;
    for (int mail = 0; mail < 300; ++mail)
        if (office.send(alice, people(0, 1), morning + mail * 1s) == Verdict::pass) ++passed;
    CHECK(passed == 200);
    CHECK(office.send(bob, people(0, 1), morning + 5min) == Verdict::pass);
    // The hour passes: still stopped, until somebody has looked.
    CHECK(office.send(alice, people(0, 1), morning + 48h) == Verdict::hold);
    const auto untold = office.door().untold();
    REQUIRE(untold.size() == 1);
    CHECK(untold[0].account == alice);
    CHECK(untold[0].why.contains("OUTBOUND_MESSAGES_PER_HOUR=200"));
    CHECK(office.command().held()->size() == 101);
    CHECK(office.command().held()->front().why == untold[0].why);
}

TEST_CASE("each stop is told once") {
    Office office;
    office.limits = {.recipients_per_day = 3};
    CHECK(office.send(alice, people(0, 4), morning) == Verdict::hold);
    const auto untold = office.door().untold();
    REQUIRE(untold.size() == 1);
    office.door().told(untold[0], true);
    CHECK(office.door().untold().size() == 1);
    office.door().told(untold[0], false);
    CHECK(office.door().untold().empty());
    CHECK(office.send(alice, people(0, 4), morning + 1s) == Verdict::hold);
    CHECK(office.door().untold().empty());
    // After a restart, too.
    office.guard.reset();
    CHECK(office.send(alice, people(0, 1), morning + 2s) == Verdict::hold);
    CHECK(office.door().untold().empty());
    // The next stop is another one.
    CHECK(*office.command().let_go(alice));
    CHECK(office.send(alice, people(0, 3), morning + 3s) == Verdict::pass);
    CHECK(office.send(alice, people(0, 1), morning + 4s) == Verdict::hold);
    CHECK(office.door().untold().size() == 1);
}

TEST_CASE("strangers among the recipients, and networks all over the world") {
    Office office;
    office.limits = {.new_recipients_per_day = 5, .networks_per_hour = 3};
    CHECK(office.send(alice, people(0, 5), morning) == Verdict::pass);
    for (int mail = 0; mail < 20; ++mail) CHECK(office.send(alice, people(0, 5), morning) == Verdict::pass);
    CHECK(office.send(alice, people(0, 6), morning + 1min) == Verdict::hold);
    CHECK(office.send(bob, people(0, 1), morning, "198.51.100.1") == Verdict::pass);
    CHECK(office.send(bob, people(0, 1), morning, "198.51.100.200") == Verdict::pass);
    CHECK(office.send(bob, people(0, 1), morning, "203.0.113.1") == Verdict::pass);
    CHECK(office.send(bob, people(0, 1), morning, "2001:db8::1") == Verdict::pass);
    CHECK(office.send(bob, people(0, 1), morning + 2h, "2001:db8:5::1") == Verdict::pass);
    CHECK(office.send(bob, people(0, 1), morning + 2h, "2001:db8:6::1") == Verdict::pass);
    CHECK(office.send(bob, people(0, 1), morning + 2h, "2001:db8:7::1") == Verdict::pass);
    CHECK(office.send(bob, people(0, 1), morning + 2h, "2001:db8:8::1") == Verdict::hold);
}

TEST_CASE("addresses that do not exist give a list away") {
    Office office;
    office.door().learn(alice, {.delivered = 25, .bounced = 15}, morning);
    CHECK(office.send(alice, people(0, 1), morning) == Verdict::pass);
    office.door().learn(alice, {.delivered = 0, .bounced = 5}, morning + 1min);
    CHECK(office.send(alice, people(0, 1), morning + 2min) == Verdict::hold);
    CHECK(office.door().untold().front().why.contains("20 of its last 45 recipients"));
    // What comes in later makes no second stop.
    office.door().learn(alice, {.delivered = 0, .bounced = 500}, morning + 3min);
    CHECK(office.door().untold().size() == 1);
    CHECK(*office.command().let_go(alice));
    CHECK(office.send(alice, people(0, 1), morning + 4min) == Verdict::pass);
}

TEST_CASE("mail that stays here is neither counted nor held") {
    Office office;
    office.limits = {.messages_per_hour = 1};
    for (int mail = 0; mail < 5; ++mail) CHECK(office.send(alice, {bob}, morning) == Verdict::pass);
    CHECK(office.send(alice, {bob, "x@b.example"}, morning) == Verdict::pass);
    CHECK(office.send(alice, {bob, "x@b.example"}, morning) == Verdict::hold);
    CHECK(office.send(alice, {"postmaster@a.example"}, morning) == Verdict::pass);
}

TEST_CASE("a trusted account has no limits, and its trust does not count against it later") {
    Office office;
    office.limits = {.messages_per_hour = 2, .recipients_per_day = 5, .new_recipients_per_day = 5};
    REQUIRE(office.command().trust({.account = alice, .until = morning + 1h}));
    for (int mail = 0; mail < 50; ++mail)
        CHECK(office.send(alice, people(0, 20), morning + mail * 1min) == Verdict::pass);
    CHECK(office.send(alice, people(0, 5), morning + 61min) == Verdict::pass);
    CHECK(office.send(alice, people(0, 1), morning + 61min) == Verdict::hold);
    REQUIRE(office.command().trust({.account = alice, .until = {}}));
    CHECK(office.send(alice, people(0, 1), morning + 62min) == Verdict::pass);
}

TEST_CASE("without limits nothing is written, without its file nothing is held") {
    Office office;
    office.limits = {};
    for (int mail = 0; mail < 5; ++mail) CHECK(office.send(alice, people(0, 900), morning) == Verdict::pass);
    CHECK(office.command().traffic(alice, morning)->messages == 0);
    Guard broken({.messages_per_hour = 1}, {}, base::fail("the disk is gone"));
    for (int mail = 0; mail < 5; ++mail)
        CHECK(broken.decide({.account = alice, .recipients = {"x@b.example"}}, morning) == Verdict::pass);
    broken.learn(alice, {.delivered = 0, .bounced = 100}, morning);
    broken.tidy(morning);
    CHECK(broken.untold().empty());
}

TEST_CASE("many at a time are counted one by one") {
    Office office;
    office.limits = {.messages_per_hour = 20};
    auto& door = office.door();
    std::atomic<int> passed = 0;
    {
        std::vector<std::jthread> clients;
        for (int client = 0; client < 8; ++client)
            clients.emplace_back([&, client] {
                for (int mail = 0; mail < 5; ++mail)
                    if (door.decide({.account = alice,
                                     .queue_id = std::format("4jT{}x{}", client, mail),
                                     .recipients = {"x@b.example"}},
                                    morning) == Verdict::pass)
                        ++passed;
            });
    }
    CHECK(passed == 20);
    CHECK(office.command().held()->size() == 20);
    CHECK(office.door().untold().size() == 1);
}
