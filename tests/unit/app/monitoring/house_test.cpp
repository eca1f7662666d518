#include "app/monitoring/house.h"

#include <doctest/doctest.h>

#include <fstream>

#include "settings/table.h"
#include "tests/unit/temporary_folder.h"

namespace {

struct FakeClient final : net::HttpClient {
    net::HttpResult answer = net::HttpReply{
        .status = 200, .headers = {{"content-type", "application/json"}, {"set-cookie", "x"}}, .body = "{}"};
    std::vector<net::HttpCall> calls;
    net::HttpResult send(const net::HttpCall& call) override {
        calls.push_back(call);
        return answer;
    }
};

struct Fixture {
    tests::TemporaryFolder folder;
    base::RealClock clock;
    app::Installation here;
    settings::Settings settings = *settings::parse_file(
        "DOMAIN=example.org\nHOSTNAME=mail.example.org\nADMIN_EMAIL=a@example.org\n"
        "GF_SECURITY_ADMIN_USER=boss\nGF_SECURITY_ADMIN_PASSWORD=correct-horse\n");
    policy::LoginGuard guard{{}, *logins::BanStore::open_or_renew(folder.path() / "bans.sqlite"), {}, clock};
    FakeClient client;
    base::Result<app::Store> store =
        app::Store{.address = *base::IpAddress::parse("10.1.2.3"), .token = base::Secret("t0ken")};
    app::MonitoringHouse house{
        settings, here, guard, "nonce", client, [this] { return store; }, [] { return base::Result<>(); }};

    bool is_login(const std::string& name, const std::string& password) {
        return house.is_login(name, base::Secret(password), "192.0.2.7");
    }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "the login is the one of the settings, and none when they have no password") {
    CHECK(is_login("boss", "correct-horse"));
    CHECK_FALSE(is_login("mail", "correct-horse"));
    CHECK_FALSE(is_login("boss", "correct-horse "));
    CHECK_FALSE(is_login("boss", ""));
    settings.gf_security_admin_password = {};
    CHECK_FALSE(is_login("boss", ""));
}

TEST_CASE_FIXTURE(Fixture, "guesses at the dashboards lead to a ban as those of mail programs do") {
    for (int i = 0; i < 25; ++i) CHECK_FALSE(is_login("boss", std::to_string(i)));
    CHECK_FALSE(is_login("boss", "correct-horse"));
    CHECK(house.is_login("boss", base::Secret("correct-horse"), "198.51.100.1"));
}

TEST_CASE_FIXTURE(Fixture, "the store is asked with its own password, and of its answer only the content comes back") {
    const auto answer = house.ask_store({.method = "POST", .target = "/api/v1/query", .body = "query=1"});
    REQUIRE(answer);
    CHECK(answer->content_type == "application/json");
    CHECK(answer->headers.empty());
    const auto& call = client.calls.front();
    CHECK(call.address->str() == "10.1.2.3");
    CHECK(call.url == "http://monitoring:8428/api/v1/query");
    CHECK(call.body == "query=1");
}

TEST_CASE_FIXTURE(Fixture, "what is wrong with the store is not the reader's login") {
    client.answer = net::HttpReply{.status = 401};
    CHECK(house.ask_store({.method = "GET", .target = "/x"}).error().text.contains("start_monitoring.sh"));
    client.answer = std::unexpected(net::HttpError{.failure = net::HttpFailure::refused});
    CHECK(house.ask_store({.method = "GET", .target = "/x"}).error().text.contains("start_monitoring.sh"));
    store = base::fail("The monitoring does not run.");
    CHECK(house.ask_store({.method = "GET", .target = "/x"}).error().text == "The monitoring does not run.");
}

TEST_CASE_FIXTURE(Fixture, "the pages of the image are known by their names") {
    here.monitoring_files = folder.path();
    std::filesystem::create_directories(folder.path() / "viewer/sub");
    std::filesystem::create_directories(folder.path() / "dashboards");
    std::ofstream(folder.path() / "viewer/index.html") << "i";
    std::ofstream(folder.path() / "viewer/sub/a.js") << "a";
    std::ofstream(folder.path() / "dashboards/main.json") << "{}";
    std::ofstream(folder.path() / "secret") << "s";
    CHECK(app::monitoring_pages(here) ==
          std::map<std::string, std::string>{{"index.html", "i"}, {"sub/a.js", "a"}, {"dashboards/main.json", "{}"}});
    here.monitoring_files = "/nonexistent";
    CHECK(app::monitoring_pages(here).empty());
}
