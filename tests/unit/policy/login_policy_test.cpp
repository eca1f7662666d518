#include "policy/login_policy.h"

#include <doctest/doctest.h>

#include <format>
#include <functional>

using logins::Ban;
using policy::LoginPolicy;
using policy::Verdict;
using namespace std::chrono_literals;

namespace {

/// A server with a clock: passwords are numbers, and each account has one that is right.
struct House {
    LoginPolicy policy;
    base::SystemTime now{24h * 20'000};
    std::map<std::string, long> right;
    std::vector<policy::BanChange> changes;

    explicit House(policy::LoginPolicyOptions options = {}) : policy(std::move(options)) {}

    static policy::Attempt attempt(std::string login, std::string client, long password) {
        // As in a salted hash of both, two accounts never have the same.
        const auto hash = std::hash<std::string>{}(login) * 1'000'003 + static_cast<std::uint64_t>(password);
        return {.login = std::move(login), .protocol = "imap", .client = std::move(client), .password = hash};
    }

    void take_changes() {
        for (auto& change : policy.take_changes()) changes.push_back(std::move(change));
    }

    /// A login as Dovecot does it.
    Verdict verdict;
    bool log_in(const std::string& login, const std::string& client, long password) {
        const auto tried = attempt(login, client, password);
        verdict = policy.decide(tried, now);
        const auto found = right.find(login);
        const bool accepted = verdict.allowed && found != right.end() && found->second == password;
        policy.learn({.attempt = tried, .accepted = accepted, .judged = verdict.allowed}, now);
        take_changes();
        return accepted;
    }

    /// How many of the passwords first … first + count - 1 somebody looked at.
    int guess(const std::string& login, const std::string& client, long first, int count) {
        int judged = 0;
        for (int i = 0; i < count; ++i) {
            log_in(login, client, first + i);
            judged += verdict.allowed;
        }
        return judged;
    }

    std::vector<Ban> begun() const {
        std::vector<Ban> bans;
        for (const auto& change : changes)
            if (change.began) bans.push_back(change.ban);
        return bans;
    }
};

const std::string alice = "alice@example.org", bob = "bob@example.org", carol = "carol@example.org";
const std::string office = "192.0.2.1", home = "192.0.2.2", hotel = "192.0.2.3", attacker = "203.0.113.5";

House with_accounts() {
    House house;
    house.right = {{alice, 1}, {bob, 2}, {carol, 3}};
    return house;
}

}  // namespace

TEST_CASE("guesses are slowed, then refused for a while that grows each time") {
    auto house = with_accounts();
    std::vector<long> delays;
    while (house.log_in(alice, attacker, 1000 + std::ssize(delays)), house.verdict.allowed)
        delays.push_back(house.verdict.delay.count());
    CHECK(delays == std::vector<long>{0, 0, 0, 0, 1, 2, 3, 4, 5, 5});
    REQUIRE(house.begun().size() == 1);
    const auto ban = house.begun()[0];
    CHECK(ban.subject() == "203.0.113.5 alice@example.org");
    CHECK(ban.tries == 10);
    CHECK(*ban.until - ban.since == 15min);
    CHECK_FALSE(ban.by_hand);
    // Even the right password is refused there, but only for this account.
    CHECK_FALSE(house.log_in(alice, attacker, 1));
    CHECK(house.log_in(bob, attacker, 2));
    house.guess(alice, attacker, 2000, 100);
    CHECK(house.begun().size() == 1);
    house.now += 16min;
    // Bob is one of ours, so the network has more room now; the pair has what every pair has.
    CHECK(house.guess(alice, attacker, 3000, 100) == 10);
    REQUIRE(house.begun().size() == 2);
    CHECK(*house.begun()[1].until - house.begun()[1].since == 1h);
    house.now += 3h;
    CHECK(house.log_in(alice, attacker, 1));
}

TEST_CASE("a password that came without TLS is not tried, from wherever, and counts for nothing") {
    auto house = with_accounts();
    for (const auto client : {"203.0.113.5", "127.0.0.1", ""}) {
        CAPTURE(client);
        auto attempt = House::attempt(alice, client, 1);
        attempt.in_clear = true;
        for (int i = 0; i < 50; ++i) {
            CHECK_FALSE(house.policy.decide(attempt, house.now).allowed);
            house.policy.learn({.attempt = attempt, .accepted = false, .judged = false}, house.now);
        }
    }
    CHECK(house.policy.size() == with_accounts().policy.size());
    CHECK(house.log_in(alice, attacker, 1));
}

TEST_CASE("a phone with an old password changes nothing, however often it tries") {
    auto house = with_accounts();
    for (int i = 0; i < 1000; ++i) {
        house.log_in(alice, home, 99);
        CHECK(house.verdict == Verdict{});
        house.now += 10s;
    }
    CHECK(house.log_in(alice, home, 1));
    CHECK(house.changes.empty());
    // The password was right once.
    house.right[alice] = 5;
    for (int i = 0; i < 1000; ++i) house.log_in(alice, home, 1);
    CHECK(house.verdict == Verdict{});
    CHECK(house.log_in(alice, home, 5));
    CHECK(house.verdict == Verdict{});
}

TEST_CASE("an office with one who guesses inside keeps its users") {
    auto house = with_accounts();
    CHECK(house.log_in(alice, office, 1));
    CHECK(house.log_in(bob, office, 2));
    house.guess(alice, office, 1000, 150);
    house.guess("root@example.org", office, 1000, 150);
    for (const auto& [login, password] : {std::pair(alice, 1), std::pair(bob, 2)}) {
        CHECK(house.log_in(login, office, password));
        CHECK(house.verdict == Verdict{});
    }
    // Never seen there, nor anywhere.
    CHECK(house.log_in(carol, office, 3));
    CHECK(house.verdict.delay <= 1s);
    // After a ban of the whole office, too, those who are known get in at once.
    for (int i = 0; i < 400; ++i) house.log_in(std::format("rnd{}@example.org", i), office, 1);
    CHECK(house.begun().back().subject() == office);
    CHECK(house.log_in(bob, office, 2));
    CHECK(house.verdict == Verdict{});
    // Answers end somewhere.
    house.guess(alice, office, 5000, 500);
    CHECK_FALSE(house.log_in(alice, office, 1));
    CHECK(house.log_in(alice, home, 1));
}

TEST_CASE("spraying many names from one network ends") {
    auto house = with_accounts();
    int judged = 0;
    for (int i = 0; i < 1000; ++i) {
        house.log_in(std::format("rnd{}@example.org", i), attacker, 1);
        judged += house.verdict.allowed;
        CHECK(house.verdict.delay <= 1s);
    }
    CHECK(judged == 30);
    REQUIRE(house.begun().size() == 1);
    CHECK(house.begun()[0].subject() == attacker);
    CHECK_FALSE(house.log_in(alice, attacker, 1));
    CHECK(house.log_in(alice, home, 1));
    CHECK(house.verdict == Verdict{});
}

TEST_CASE("a known password passes the ban of a strange network while few were tried there") {
    auto house = with_accounts();
    CHECK(house.log_in(alice, home, 1));
    for (int i = 0; i < 40; ++i) house.log_in(std::format("rnd{}@example.org", i), hotel, 1);
    CHECK_FALSE(house.log_in(bob, hotel, 2));
    CHECK(house.log_in(alice, hotel, 1));
    CHECK(house.verdict == Verdict{});
    // With her the network is one of ours.
    REQUIRE_FALSE(house.changes.empty());
    CHECK_FALSE(house.changes.back().began);
    CHECK(house.log_in(bob, hotel, 2));

    auto other = with_accounts();
    CHECK(other.log_in(alice, home, 1));
    for (int i = 0; i < 100; ++i) other.log_in(std::format("rnd{}@example.org", i), hotel, 1);
    CHECK_FALSE(other.log_in(alice, hotel, 1));
}

TEST_CASE("an attack from everywhere leaves the owner where he was") {
    auto house = with_accounts();
    CHECK(house.log_in(alice, home, 1));
    int judged = 0;
    for (int network = 0; network < 1000; ++network)
        judged += house.guess(alice, std::format("198.18.{}.{}", network / 250, network % 250), 1000 + 2 * network, 2);
    CHECK(judged <= 1000);
    // One line for the log, not one a network.
    REQUIRE(house.begun().size() == 1);
    CHECK(house.begun()[0].subject() == alice);
    CHECK(house.log_in(alice, home, 1));
    CHECK(house.verdict == Verdict{});
    house.log_in(alice, home, 77);
    CHECK(house.verdict.allowed);
    CHECK(house.log_in(bob, hotel, 2));
    CHECK(house.verdict == Verdict{});
    CHECK_FALSE(house.log_in(alice, hotel, 1));
    house.now += 48h;
    CHECK(house.log_in(alice, hotel, 1));
}

TEST_CASE("at the beginning of such an attack a strange network has one try") {
    auto house = with_accounts();
    for (int network = 0; network < 100; ++network)
        house.guess(alice, std::format("198.18.0.{}", network), 1000 + network, 1);
    CHECK(house.log_in(alice, hotel, 1));
    CHECK(house.verdict.delay <= 1s);
    CHECK(house.guess(alice, attacker, 5000, 50) == 1);
}

TEST_CASE("an IPv6 network is a /64, and many of them are a site") {
    auto house = with_accounts();
    int judged = 0;
    for (int i = 0; i < 100; ++i) {
        house.log_in(alice, std::format("2001:db8:1:1::{:x}", i), 1000 + i);
        judged += house.verdict.allowed;
    }
    CHECK(judged == 10);
    CHECK(house.begun().back().subject() == "2001:db8:1:1::/64 alice@example.org");
    CHECK(house.log_in(bob, "2001:db8:1:2::1", 2));

    House hopping = with_accounts();
    judged = 0;
    for (int i = 0; i < 500; ++i) {
        hopping.log_in(std::format("rnd{}@example.org", i), std::format("2001:db8:7:{:x}::1", i), 1);
        judged += hopping.verdict.allowed;
    }
    CHECK(judged == 300);
    CHECK(hopping.begun().back().subject() == "2001:db8:7::/48");
    CHECK(hopping.log_in(alice, "2001:db8:8::1", 1));
}

TEST_CASE("tries at the same moment count before anybody knows what they came to") {
    auto house = with_accounts();
    int let_through = 0;
    for (long password = 1000; password < 1100; ++password)
        let_through += house.policy.decide(House::attempt(alice, attacker, password), house.now).allowed;
    CHECK(let_through == 10);
    // A crowd that comes back at once after a start, with right passwords.
    House morning;
    for (int user = 0; user < 100; ++user) {
        const auto name = std::format("user{}@example.org", user);
        morning.right[name] = 1;
        CHECK(morning.policy.decide(House::attempt(name, office, 1), morning.now).allowed);
    }
    for (int user = 0; user < 100; ++user) CHECK(morning.log_in(std::format("user{}@example.org", user), office, 1));
    // Nobody hears of those any more: it is as if they had not been.
    House broken;
    for (int user = 0; user < 100; ++user)
        broken.policy.decide(House::attempt(std::format("user{}@example.org", user), office, 1), broken.now);
    broken.policy.learn({.attempt = House::attempt("user0@example.org", office, 1), .judged = false}, broken.now);
    broken.now += 2min;
    CHECK(broken.guess(alice, office, 1, 3) == 3);
    CHECK(broken.verdict == Verdict{});
}

TEST_CASE("unknown users and those with an account look the same") {
    auto house = with_accounts();
    std::vector<Verdict> existing, unknown;
    for (long password = 1000; password < 1030; ++password) {
        house.log_in(alice, "203.0.113.10", password);
        existing.push_back(house.verdict);
        house.log_in("nobody@example.org", "203.0.113.11", password);
        unknown.push_back(house.verdict);
    }
    CHECK(existing == unknown);
}

TEST_CASE("trusted networks, loopback and who has no address are never refused") {
    House house({.automatic = true, .exempt = {*base::IpNetwork::parse("203.0.113.0/24")}, .limits = {}});
    for (const auto client : {"203.0.113.5", "127.0.0.1", "127.3.2.1", "::1", ""}) {
        CAPTURE(client);
        CHECK(house.guess(alice, client, 1000, 200) == 200);
        CHECK(house.verdict == Verdict{});
    }
    CHECK(house.policy.size() == 0);
    CHECK(house.guess(alice, "203.0.114.5", 1000, 200) == 10);
}

TEST_CASE("switched off it lets everybody try, but for bans by hand") {
    House house({.automatic = false, .exempt = {}, .limits = {}});
    CHECK(house.guess(alice, attacker, 1000, 200) == 200);
    house.policy.set_bans({{.network = *base::IpNetwork::parse("203.0.113.0/24"),
                            .account = {},
                            .since = house.now,
                            .until = {},
                            .by_hand = true,
                            .reason = {}}},
                          house.now);
    CHECK(house.guess(alice, attacker, 5000, 10) == 0);
}

TEST_CASE("a ban by hand refuses everybody there, until its end or until it is lifted") {
    auto house = with_accounts();
    CHECK(house.log_in(alice, attacker, 1));
    const Ban ban{.network = *base::IpNetwork::parse("203.0.113.0/24"),
                  .account = {},
                  .since = house.now,
                  .until = house.now + 1h,
                  .by_hand = true,
                  .reason = "x"};
    const Ban v6{.network = *base::IpNetwork::parse("2001:db8::/32"),
                 .account = {},
                 .since = house.now,
                 .until = {},
                 .by_hand = true,
                 .reason = {}};
    house.policy.set_bans({ban, v6}, house.now);
    CHECK_FALSE(house.log_in(alice, attacker, 1));
    CHECK_FALSE(house.log_in(alice, "2001:db8:5::1", 1));
    CHECK(house.log_in(alice, "203.0.114.1", 1));
    house.policy.set_bans({v6}, house.now);
    CHECK(house.log_in(alice, attacker, 1));
    house.policy.set_bans({ban}, house.now);
    house.now += 61min;
    CHECK(house.log_in(alice, attacker, 1));
    CHECK(house.changes.empty());
}

TEST_CASE("a ban that a command has lifted is forgotten with all that led to it") {
    auto house = with_accounts();
    CHECK(house.guess(alice, attacker, 1000, 50) == 10);
    house.policy.set_bans({}, house.now);
    CHECK(house.log_in(alice, attacker, 1));
    auto other = with_accounts();
    CHECK(other.guess(alice, attacker, 1000, 50) == 10);
    other.policy.set_bans(other.begun(), other.now);  // another one was lifted
    CHECK_FALSE(other.log_in(alice, attacker, 1));
}

TEST_CASE("bans survive a start, but none that would hit users, whose passwords nobody knows yet") {
    auto before = with_accounts();
    for (int i = 0; i < 40; ++i) before.log_in(std::format("rnd{}@example.org", i), attacker, 1);
    before.guess(alice, office, 1000, 50);
    auto bans = before.begun();
    REQUIRE(bans.size() == 2);
    auto after = with_accounts();
    after.policy.trust(alice, *base::IpNetwork::parse(office), after.now - 24h);
    after.policy.set_bans(bans, after.now);
    after.take_changes();
    CHECK_FALSE(after.log_in(bob, attacker, 2));
    CHECK(after.log_in(alice, office, 1));
    REQUIRE(after.changes.size() == 1);
    CHECK_FALSE(after.changes[0].began);
    CHECK(after.changes[0].ban == bans[1]);
    after.now += 16min;
    CHECK(after.log_in(bob, attacker, 2));
}

TEST_CASE("trust ends") {
    auto house = with_accounts();
    CHECK(house.log_in(alice, office, 1));
    house.now += 24h * 31;
    CHECK(house.guess(bob, office, 1000, 50) == 10);
    for (int i = 0; i < 100; ++i) house.log_in(std::format("rnd{}@example.org", i), office, 1);
    CHECK_FALSE(house.log_in(carol, office, 3));
}

TEST_CASE("a clock that is set back locks nobody out for long") {
    auto house = with_accounts();
    CHECK(house.guess(alice, attacker, 1000, 50) == 10);
    house.now -= 24h * 365;
    CHECK(house.log_in(alice, attacker, 1));
    CHECK(house.guess(bob, attacker, 1000, 50) == 10);
    house.now += 16min;
    CHECK(house.log_in(bob, attacker, 2));
}

TEST_CASE("a slow attack counts within a day") {
    auto house = with_accounts();
    for (int i = 0; i < 200; ++i) {
        house.log_in(alice, attacker, 1000 + i);
        CHECK(house.verdict.allowed);
        house.now += 3h;
    }
}

TEST_CASE("memory is bounded, whoever comes") {
    House house({.automatic = true, .exempt = {}, .limits = {.most = 50}});
    for (int i = 0; i < 5000; ++i) {
        const auto client = std::format("{}.{}.{}.7", 1 + i / 62500, i / 250 % 250, i % 250);
        house.policy.decide(House::attempt(std::format("rnd{}@example.org", i), client, 1), house.now);
    }
    CHECK(house.policy.size() <= 8 * 50);
    house.right[alice] = 1;
    CHECK(house.log_in(alice, home, 1));
}

TEST_CASE("accepted logins of mail programs are remembered, others not") {
    LoginPolicy logins;
    const base::SystemTime noon{12h};
    const auto accepted = [](std::string protocol) {
        return policy::Outcome{.attempt = {.login = alice, .protocol = std::move(protocol), .client = "192.0.2.7"},
                               .accepted = true,
                               .app_password = "phone"};
    };
    for (const auto protocol : {"imap", "pop3", "sieve", "smtp"})
        CHECK(logins.learn(accepted(protocol), noon) ==
              logins::Login{.account = alice,
                            .app_password = "phone",
                            .visit = {.time = noon, .protocol = protocol, .client = "192.0.2.7"}});
    CHECK_FALSE(logins.learn(accepted("doveadm"), noon));
    CHECK_FALSE(logins.learn(accepted(""), noon));
    auto refused = accepted("imap");
    refused.accepted = false;
    CHECK_FALSE(logins.learn(refused, noon));
}
