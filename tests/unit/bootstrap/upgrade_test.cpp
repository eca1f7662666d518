#include "bootstrap/upgrade.h"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <vector>

#include "accounts/store.h"
#include "sys/files.h"
#include "tests/unit/temporary_folder.h"

namespace fs = std::filesystem;

namespace {

constexpr base::SystemTime noon{std::chrono::seconds(1'800'000'000)};

/// A workspace with an account, a key, mail and a stamp of version 1.0.
struct Old : tests::TemporaryFolder {
    Old() {
        fs::create_directories(path() / "etc/opendkim/keys/example.org");
        fs::create_directories(path() / "var/lib/mailserver");
        fs::create_directories(path() / "mail/inboxes");
        auto store = accounts::Store::create(path() / "etc/mailserver/accounts.sqlite");
        REQUIRE(store);
        REQUIRE(store->add(*base::EmailAddress::parse("jens@example.org"), "{SSHA256}x", noon));
        write("etc/opendkim/keys/example.org/mailserver.private", "the key");
        write("mail/inboxes/large", "mail");
        stamp({.version = "1.0", .format = 0, .accounts_schema = 3});
    }
    void write(const std::string& name, std::string_view text) const { REQUIRE(sys::write_file(path() / name, text)); }
    std::string read(const std::string& name) const { return sys::read_file(path() / name).value_or(""); }
    void stamp(const bootstrap::Stamp& stamp) const { write("etc/mailserver/workspace.json", to_text(stamp)); }
    std::vector<fs::path> copies() const {
        std::vector<fs::path> all;
        std::error_code ignored;
        for (const auto& entry : fs::directory_iterator(bootstrap::snapshots(path()), ignored))
            all.push_back(entry.path());
        std::ranges::sort(all);
        return all;
    }
};

/// Appends a letter to a file, in two steps between which it can be killed.
bootstrap::WorkspaceStep writes(const std::string& letter) {
    return {.what = "a letter", .run = [letter](const fs::path& workspace) -> base::Result<> {
                const auto text = sys::read_file(workspace / "letters").value_or("");
                if (text.ends_with(letter)) return {};
                return sys::write_file(workspace / "letters", text + letter);
            }};
}

bootstrap::Program program(const std::string& version, const std::vector<bootstrap::WorkspaceStep>& steps,
                           std::size_t schema = 3) {
    return {.version = version, .steps = steps, .accounts_schema = schema};
}

}  // namespace

TEST_CASE("a stamp is read as it was written") {
    const bootstrap::Stamp stamp{.version = "1.2", .format = 4, .accounts_schema = 7, .upgrading_to = "1.3"};
    CHECK(bootstrap::parse_stamp(to_text(stamp)) == stamp);
    for (const char* bad : {"", "{}", "[]", R"({"version":"1","format":-1,"accounts_schema":0})",
                            R"({"version":1,"format":1,"accounts_schema":0})"})
        CHECK_FALSE(bootstrap::parse_stamp(bad));
}

TEST_CASE("a workspace of an older version takes the steps it has not taken, after a copy of its small state") {
    const Old old;
    const std::vector steps{writes("a"), writes("b")};
    const auto done = upgrade_workspace(old.path(), program("2.0", steps), noon);
    REQUIRE(done);
    CHECK(*done == "brought up to date from version 1.0");
    CHECK(old.read("letters") == "ab");
    CHECK(bootstrap::parse_stamp(old.read("etc/mailserver/workspace.json"))->version == "2.0");
    REQUIRE(old.copies().size() == 1);
    const auto copy = old.copies()[0];
    CHECK(copy.filename() == "20270115T080000Z-1.0");
    CHECK(sys::read_file(copy / "etc/opendkim/keys/example.org/mailserver.private") == "the key");
    CHECK(bootstrap::parse_stamp(*sys::read_file(copy / "etc/mailserver/workspace.json"))->version == "1.0");
    CHECK_FALSE(fs::exists(copy / "mail"));
    CHECK(fs::status(copy).permissions() == fs::status(old.path()).permissions());
    CHECK((fs::status(bootstrap::snapshots(old.path())).permissions() & fs::perms(077)) == fs::perms::none);
    auto store = accounts::Store::open(copy / "etc/mailserver/accounts.sqlite");
    REQUIRE(store);
    CHECK(store->has(*base::EmailAddress::parse("jens@example.org")) == true);

    CHECK(upgrade_workspace(old.path(), program("2.0", steps), noon + std::chrono::hours(1)) == "as before");
    CHECK(old.copies().size() == 1);
    CHECK(old.read("letters") == "ab");
}

TEST_CASE("three copies are kept") {
    const Old old;
    for (int day = 1; day <= 5; ++day)
        REQUIRE(upgrade_workspace(old.path(), program("2." + std::to_string(day), {}), noon + std::chrono::days(day)));
    REQUIRE(old.copies().size() == bootstrap::kept_snapshots);
    CHECK(old.copies().back().filename().string().ends_with("-2.4"));
}

TEST_CASE("a workspace of a newer version is left alone") {
    for (const auto& stamp : {bootstrap::Stamp{.version = "3.0", .format = 2, .accounts_schema = 3},
                              bootstrap::Stamp{.version = "3.0", .format = 1, .accounts_schema = 4}}) {
        const Old old;
        old.stamp(stamp);
        const std::vector steps{writes("a")};
        const auto done = upgrade_workspace(old.path(), program("2.0", steps), noon);
        REQUIRE_FALSE(done);
        CHECK(done.error().text ==
              "cannot use the workspace: version 3.0 of this server wrote it, and this is the older version 2.0");
        CHECK(done.error().remedy.starts_with("Start version 3.0 again"));
        CHECK(old.read("etc/mailserver/workspace.json") == to_text(stamp));
        CHECK(old.read("letters").empty());
        CHECK(old.copies().empty());
    }
}

TEST_CASE("a new workspace gets its stamp and no copy") {
    const tests::TemporaryFolder folder;
    fs::create_directories(folder.path() / "etc/mailserver");
    const std::vector steps{writes("a")};
    CHECK(upgrade_workspace(folder.path(), program("2.0", steps), noon) == "new");
    CHECK_FALSE(fs::exists(bootstrap::snapshots(folder.path())));
    CHECK(upgrade_workspace(folder.path(), program("2.0", steps), noon) == "as before");
}

TEST_CASE("an upgrade killed at any step is completed by the next start") {
    for (int deadly = 0; deadly < 3; ++deadly) {
        CAPTURE(deadly);
        const Old old;
        std::vector<bootstrap::WorkspaceStep> steps;
        for (const char* letter : {"a", "b", "c"}) steps.push_back(writes(letter));
        auto killing = steps;
        // Dies when the step has done its work and nobody knows yet.
        killing[static_cast<std::size_t>(deadly)].run =
            [run = steps[static_cast<std::size_t>(deadly)].run](const fs::path& workspace) -> base::Result<> {
            (void)run(workspace);
            ::_exit(9);
        };
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            (void)upgrade_workspace(old.path(), program("2.0", killing), noon);
            ::_exit(0);
        }
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        REQUIRE(WEXITSTATUS(status) == 9);
        REQUIRE(upgrade_workspace(old.path(), program("2.0", steps), noon + std::chrono::minutes(1)));
        CHECK(old.read("letters") == "abc");
        // One copy, of what was there before the first try.
        REQUIRE(old.copies().size() == 1);
        CHECK(bootstrap::parse_stamp(*sys::read_file(old.copies()[0] / "etc/mailserver/workspace.json"))->format == 0);
    }
}

TEST_CASE("a step that fails stops the start, with its name") {
    const Old old;
    const std::vector<bootstrap::WorkspaceStep> steps{
        {.what = "a letter", .run = [](const fs::path&) -> base::Result<> { return base::fail("no paper"); }}};
    const auto done = upgrade_workspace(old.path(), program("2.0", steps), noon);
    REQUIRE_FALSE(done);
    CHECK(done.error().text == "cannot bring the workspace up to date (a letter): no paper");
    CHECK(bootstrap::parse_stamp(old.read("etc/mailserver/workspace.json"))->version == "1.0");
}
