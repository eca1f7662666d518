#include "policy/door.h"

#include <doctest/doctest.h>

#include <vector>

#include "tests/unit/temporary_folder.h"

namespace {

struct Noon final : base::Clock {
    base::SystemTime now() const override { return base::SystemTime(std::chrono::hours(12)); }
};

struct House {
    tests::TemporaryFolder folder;
    Noon clock;
    policy::LoginGuard logins{{}, std::move(*logins::BanStore::open(folder.path() / "bans.sqlite")), {}, clock};
    std::vector<logins::Login> recorded;
    bool broken = false;
    outbound::Guard outbound{{.recipients_per_day = 2},
                             {*base::Domain::parse("a.example")},
                             outbound::Store::open(folder.path() / "outbound.sqlite")};
    std::string renewed;
    policy::Door door{
        .key = base::Secret("sesame"),
        .clock = clock,
        .logins = logins,
        .record = [this](logins::Login login) { recorded.push_back(std::move(login)); },
        .served = {*base::Domain::parse("a.example")},
        .may_send = [this](const std::string& login, const std::string& address) -> base::Result<bool> {
            if (broken) return base::fail("the disk is gone");
            return login == address;
        },
        .outbound = outbound,
        .renew_hash = [this](const std::string& login,
                             const base::Secret& password) { renewed += login + "=" + password.reveal() + ";"; }};

    net::HttpResponse post(std::string target, std::string body, std::string key = "sesame") {
        return policy::answer({.method = "POST",
                               .target = std::move(target),
                               .body = std::move(body),
                               .headers = {{"x-api-key", std::move(key)}}},
                              door);
    }
};

constexpr auto report = R"({"login":"alice@a.example","protocol":"imap","remote":"192.0.2.7","success":true})";

}  // namespace

TEST_CASE("nobody is answered without the key") {
    House house;
    CHECK(house.post("/auth-policy?command=report", report, "").status == 403);
    CHECK(house.post("/auth-policy?command=report", report, "sesam").status == 403);
    CHECK(house.post("/may-send", "alice@a.example\n", "wrong").status == 403);
    CHECK(policy::answer({.method = "POST", .target = "/may-send"}, house.door).status == 403);
    CHECK(house.recorded.empty());
    house.door.key = {};
    CHECK(house.post("/auth-policy?command=report", report, "").status == 403);
}

TEST_CASE("logins are allowed and recorded") {
    House house;
    const auto allowed = house.post("/auth-policy?command=allow", report);
    CHECK(allowed.status == 200);
    CHECK(allowed.body == R"({"status":0,"msg":""})");
    CHECK(house.recorded.empty());
    CHECK(house.post("/auth-policy?command=report", report).status == 200);
    REQUIRE(house.recorded.size() == 1);
    CHECK(house.recorded[0].account == "alice@a.example");
    CHECK(house.recorded[0].visit.time == house.clock.now());
}

TEST_CASE("only a password that opened an account with a foreign hash is hashed anew") {
    House house;
    const auto told = [&](const std::string& rest) {
        house.renewed.clear();
        house.post("/auth-policy?command=report",
                   R"({"login":"alice@a.example","protocol":"imap","password":"secret")" + rest);
        return house.renewed;
    };
    CHECK(told(R"(,"success":true})") == "alice@a.example=secret;");
    CHECK(told(R"(,"success":false})").empty());
    CHECK(told(R"(,"success":true,"policy_reject":true})").empty());
    CHECK(told(R"(,"success":true,"password":""})").empty());
    house.post("/auth-policy?command=report", report);
    house.post("/auth-policy?command=allow", R"({"login":"alice@a.example","password":"secret","success":true})");
    CHECK(house.renewed.empty());
}

TEST_CASE("the filter is told who may send as whom") {
    House house;
    CHECK(house.post("/may-send", "alice@a.example\nFrom: alice@a.example\n").body == "allow");
    CHECK(house.post("/may-send", "alice@a.example\nFrom: bob@a.example\n").body ==
          "refuse From header: you may not send as bob@a.example");
    house.broken = true;
    CHECK(house.post("/may-send", "alice@a.example\nFrom: alice@a.example\n").status == 503);
}

TEST_CASE("the filter is told which mail waits") {
    House house;
    CHECK(house.post("/outbound", "account:alice@a.example\nqueue-id:4jA1B2C3\nrecipient:x@b.example\n").body ==
          "pass");
    CHECK(house.post("/outbound", "account:alice@a.example\nrecipient:y@b.example\nrecipient:z@b.example\n").body ==
          "hold");
    CHECK(house.post("/outbound", "account:alice@a.example\nrecipient:bob@a.example\n").body == "pass");
    CHECK(house.post("/outbound", "account:bob@a.example\nrecipient:x@b.example\n").body == "pass");
    CHECK(house.post("/outbound", "recipient:x@b.example\n").status == 400);
    CHECK(house.post("/outbound", "account:bob@a.example\n", "wrong").status == 403);
}

TEST_CASE("what is no question of the engines gets an error") {
    House house;
    CHECK(house.post("/", "").status == 404);
    CHECK(house.post("/auth-policy?command=other", report).status == 404);
    CHECK(house.post("/auth-policy?command=report", "{").status == 400);
    CHECK(house.post("/auth-policy?command=allow", "").status == 400);
    CHECK(house.post("/may-send", "").status == 400);
    CHECK(policy::answer({.method = "GET", .target = "/may-send", .headers = {{"x-api-key", "sesame"}}}, house.door)
              .status == 405);
    CHECK(house.recorded.empty());
}
