#include "backup/snapshot.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <fcntl.h>
#include <filesystem>

#include <fstream>
#include <map>

#include "backup/drill.h"
#include "backup/mirror.h"
#include "db/database.h"
#include "tests/unit/temporary_folder.h"

namespace fs = std::filesystem;

namespace {

constexpr auto now = base::SystemTime(std::chrono::seconds(1'800'000'000));

void put(const fs::path& file, std::string_view content,
         fs::perms mode = fs::perms::owner_read | fs::perms::owner_write) {
    fs::create_directories(file.parent_path());
    std::ofstream(file) << content;
    fs::permissions(file, mode);
}

std::string text(const fs::path& file) {
    std::ifstream stream(file);
    return {std::istreambuf_iterator<char>(stream), {}};
}

struct Workspace {
    tests::TemporaryFolder folder;
    fs::path root = folder.path() / "host", copy = root / "var/lib/mailserver/snapshot";
    fs::path home = root / "mail/inboxes/a.example/jens@a.example/Maildir";
    backup::Place place{
        .workspace = root, .hostname = "mail.a.example", .index_dir = "idx", .repository = root / "repo"};

    Workspace() {
        put(home / "cur/1.A:2,S", "one");
        put(home / ".Sent/new/2.A", "two");
        put(home / "tmp/3.A", "half");
        put(home / "dovecot-uidlist", "3 V1 N3\n");
        put(home / "dovecot.index.log", "index");
        fs::create_symlink("sieve/x.sieve", home.parent_path() / ".dovecot.sieve");
        put(root / "etc/opendkim/keys/a.example/k.private", "key");
        put(root / "idx/a/dovecot.index", "index");
        put(root / "repo/config", "restic");
        put(root / "var/spool/postfix/deferred/A/AB12", "mail", fs::perms::owner_all);
        put(root / "var/spool/postfix/incoming/CD34", "half of a mail");
        put(root / "var/spool/postfix/defer/A/AB12", "why");
        put(root / "var/spool/postfix/pid/master.pid", "1");
        fs::create_directories(root / "var/lib/mailserver");
        fs::create_directories(root / "etc/mailserver");
        auto database = db::Database::open(root / "etc/mailserver/accounts.sqlite", db::Database::Mode::create);
        REQUIRE(database->execute("CREATE TABLE accounts (address TEXT)"));
        REQUIRE(database->execute("INSERT INTO accounts VALUES ('jens@a.example')"));
    }
};

}  // namespace

TEST_CASE("the copy has mail, complete queue files, keys and databases, and nothing that comes back by itself") {
    const Workspace workspace;
    const auto& copy = workspace.copy;
    for (int again = 0; again < 2; ++again) {
        const auto made = backup::make_snapshot(workspace.place, copy, now);
        REQUIRE_MESSAGE(made, made.error().text);
        CHECK(made->messages == 2);
        CHECK(made->queued == 1);
        CHECK(made->accounts == 1);
        CHECK(made->sample.size() == 2);
        std::uint64_t entries = 0;
        for (const auto& entry : fs::recursive_directory_iterator(copy))
            entries += entry.exists() || entry.is_symlink() ? 1U : 0U;
        CHECK(made->entries == entries);
    }
    const auto home = copy / "mail/inboxes/a.example/jens@a.example/Maildir";
    CHECK(text(home / "cur/1.A:2,S") == "one");
    CHECK(text(home / ".Sent/new/2.A") == "two");
    CHECK(fs::is_directory(home / "tmp"));
    CHECK(fs::is_empty(home / "tmp"));
    CHECK(fs::exists(home / "dovecot-uidlist"));
    CHECK_FALSE(fs::exists(home / "dovecot.index.log"));
    CHECK(fs::read_symlink(home.parent_path() / ".dovecot.sieve") == "sieve/x.sieve");
    CHECK(text(copy / "etc/opendkim/keys/a.example/k.private") == "key");
    CHECK(text(copy / "var/spool/postfix/deferred/A/AB12") == "mail");
    CHECK(text(copy / "var/spool/postfix/defer/A/AB12") == "why");
    for (const auto* path : {"idx", "repo", "var/spool/postfix/incoming/CD34", "var/spool/postfix/pid",
                             "var/lib/mailserver/snapshot", "etc/mailserver/accounts.sqlite-wal"})
        CHECK_MESSAGE(!fs::exists(copy / path), path);
    CHECK(fs::status(copy).permissions() == fs::perms::owner_all);
    CHECK(*backup::count_accounts(copy) == 1);
}

TEST_CASE("mail is linked, but a queue file is copied, with its time: Postfix writes into it") {
    const Workspace workspace;
    const auto queued = workspace.root / "var/spool/postfix/deferred/A/AB12";
    fs::last_write_time(queued, fs::file_time_type::clock::now() + std::chrono::hours(1));
    REQUIRE(backup::make_snapshot(workspace.place, workspace.copy, now));
    CHECK(fs::equivalent(workspace.home / "cur/1.A:2,S",
                         workspace.copy / "mail/inboxes/a.example/jens@a.example/Maildir/cur/1.A:2,S"));
    const auto copied = workspace.copy / "var/spool/postfix/deferred/A/AB12";
    CHECK_FALSE(fs::equivalent(queued, copied));
    CHECK(fs::last_write_time(queued) == fs::last_write_time(copied));
    CHECK(fs::status(copied).permissions() == fs::perms::owner_all);
}

TEST_CASE("a file that is renamed while a folder is gone through is neither lost nor there twice") {
    const tests::TemporaryFolder folder;
    const auto from = folder.path() / "from", to = folder.path() / "to";
    for (int i = 0; i < 50; ++i) put(from / "new" / std::to_string(i), "m" + std::to_string(i));
    fs::create_directories(from / "cur");
    fs::create_directories(to);
    int moved = 0;
    // With each file that is taken another one goes to the folder that was, or was not, looked at already.
    backup::Mirror mirror([](const auto&) { return backup::Mirror::How::link; },
                          [&](const auto&) {
                              if (moved >= 50) return;
                              const auto name = std::to_string(moved++);
                              std::error_code ignored;
                              fs::rename(from / "new" / name, from / "cur" / (name + ":2,S"), ignored);
                          });
    const auto open = [](const fs::path& path) { return backup::Folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY)); };
    REQUIRE(mirror.settle(open(from), open(to)));
    std::map<std::string, int> seen;
    for (const auto& entry : fs::recursive_directory_iterator(to))
        if (entry.is_regular_file()) ++seen[text(entry.path())];
    CHECK(seen.size() == 50);
    for (const auto& [content, count] : seen) CHECK_MESSAGE(count == 1, content);
}

TEST_CASE("a drill finds a missing and a changed message, and a damaged database") {
    const Workspace workspace;
    const auto made = backup::make_snapshot(workspace.place, workspace.copy, now);
    REQUIRE(made);
    const auto restored = workspace.folder.path() / "restored";
    fs::copy(workspace.copy, restored, fs::copy_options::recursive | fs::copy_options::copy_symlinks);
    const auto manifest = backup::read_manifest(restored);
    REQUIRE(manifest);
    CHECK(*manifest == *made);
    CHECK(*backup::compare(restored, *manifest) == 1);

    SUBCASE("changed") {
        std::ofstream(restored / made->sample[0].path) << "else";
    }
    SUBCASE("missing") {
        fs::remove(restored / made->sample[1].path);
    }
    SUBCASE("damaged") {
        fs::resize_file(restored / "etc/mailserver/accounts.sqlite", 5000);
    }
    SUBCASE("no accounts") {
        fs::remove(restored / "etc/mailserver/accounts.sqlite");
    }
    const auto compared = backup::compare(restored, *manifest);
    REQUIRE_FALSE(compared);
    CHECK_FALSE(compared.error().remedy.empty());
}
