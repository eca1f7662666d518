#include "logins/store.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <format>
#include <fstream>

#include "tests/unit/temporary_folder.h"

using logins::Login;
using logins::Store;
using logins::Visit;

namespace {

base::SystemTime at(int seconds) {
    return base::SystemTime(std::chrono::seconds(seconds));
}

Login login(std::string account, int time, std::string app_password = {}, std::string protocol = "imap") {
    return {.account = std::move(account),
            .app_password = std::move(app_password),
            .visit = {.time = at(time), .protocol = std::move(protocol), .client = "192.0.2.1"}};
}

Store open(const std::filesystem::path& file) {
    auto store = Store::open(file);
    REQUIRE_MESSAGE(store, store.error().text);
    return std::move(*store);
}

base::Result<> keep(Store& store, const std::vector<Login>& logins) {
    return store.keep(logins);
}

}  // namespace

TEST_CASE("the last login of each account is known, and only root may read the file") {
    const tests::TemporaryFolder folder;
    const auto file = folder.path() / "logins.sqlite";
    auto store = open(file);
    CHECK(store.last_logins()->empty());
    CHECK_FALSE(*store.last_login("alice@example.org"));
    REQUIRE(keep(store, {login("alice@example.org", 10), login("bob@example.org", 20, {}, "smtp")}));
    REQUIRE(keep(store, {login("alice@example.org", 30, {}, "pop3")}));
    CHECK(store.last_login("alice@example.org")->value() ==
          Visit{.time = at(30), .protocol = "pop3", .client = "192.0.2.1"});
    CHECK(store.last_logins()->size() == 2);
    CHECK(store.last_logins()->at("bob@example.org").protocol == "smtp");
    struct stat status{};
    REQUIRE(::stat(file.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    CHECK(open(file).last_logins()->size() == 2);
}

TEST_CASE("a login that is older than what is known changes nothing") {
    const tests::TemporaryFolder folder;
    auto store = open(folder.path() / "logins.sqlite");
    REQUIRE(keep(store, {login("alice@example.org", 30, "phone"), login("alice@example.org", 10, "phone", "smtp")}));
    CHECK(store.last_login("alice@example.org")->value().time == at(30));
    CHECK(store.app_password_uses("alice@example.org")->at("phone").protocol == "imap");
}

TEST_CASE("an app password's use counts for it and for the account") {
    const tests::TemporaryFolder folder;
    auto store = open(folder.path() / "logins.sqlite");
    REQUIRE(keep(store, {login("alice@example.org", 10, "it's \"mine\" %{x}"), login("alice@example.org", 20),
                         login("alice@example.org", 15, "laptop"), login("bob@example.org", 5, "laptop")}));
    CHECK(store.last_login("alice@example.org")->value().time == at(20));
    const auto uses = store.app_password_uses("alice@example.org");
    REQUIRE(uses);
    CHECK(uses->size() == 2);
    CHECK(uses->at("it's \"mine\" %{x}").time == at(10));
    REQUIRE(store.forget_app_password("alice@example.org", "laptop"));
    CHECK(store.app_password_uses("alice@example.org")->size() == 1);
    CHECK(store.app_password_uses("bob@example.org")->size() == 1);
}

TEST_CASE("renamed and removed accounts take their logins along") {
    const tests::TemporaryFolder folder;
    auto store = open(folder.path() / "logins.sqlite");
    REQUIRE(keep(store, {login("alice@example.org", 10, "phone"), login("old@example.org", 20, "gone")}));
    REQUIRE(store.rename("alice@example.org", "old@example.org"));
    CHECK_FALSE(*store.last_login("alice@example.org"));
    CHECK(store.last_login("old@example.org")->value().time == at(10));
    CHECK(store.app_password_uses("old@example.org")->contains("phone"));
    CHECK_FALSE(store.app_password_uses("old@example.org")->contains("gone"));
    REQUIRE(store.rename("old@example.org", "old@example.org"));
    CHECK(*store.last_login("old@example.org"));
    REQUIRE(store.forget("old@example.org"));
    CHECK(store.last_logins()->empty());
    CHECK(store.app_password_uses("old@example.org")->empty());
}

TEST_CASE("a damaged file is put aside at the start") {
    const tests::TemporaryFolder folder;
    const auto file = folder.path() / "logins.sqlite";
    std::ofstream(file) << std::string(5000, 'x');
    CHECK_FALSE(Store::open(file));
    auto store = Store::open_or_renew(file);
    REQUIRE_MESSAGE(store, store.error().text);
    REQUIRE(keep(*store, {login("alice@example.org", 10)}));
    CHECK(std::filesystem::exists(folder.path() / "logins.sqlite.damaged"));
    CHECK(Store::open_or_renew(file)->last_logins()->size() == 1);
}

TEST_CASE("an interrupted making is taken up again") {
    const tests::TemporaryFolder folder;
    std::ofstream(folder.path() / "logins.sqlite");
    CHECK(Store::open_or_renew(folder.path() / "logins.sqlite"));
    CHECK_FALSE(std::filesystem::exists(folder.path() / "logins.sqlite.damaged"));
}
