#include "accounts/inbox.h"

#include <sys/stat.h>

#include <fstream>

#include "tests/unit/accounts/temporary.h"

namespace fs = std::filesystem;

namespace {

void put(const fs::path& file, std::string_view content = "x") {
    fs::create_directories(file.parent_path());
    std::ofstream(file) << content;
}

}  // namespace

TEST_CASE("a home is made private, and left alone when it is there") {
    const TemporaryWorkspace workspace;
    const auto jens = address("jens@example.org");
    CHECK(*accounts::make_home(workspace, jens) == false);
    const auto home = workspace.root / accounts::home_name(jens);
    CHECK(fs::status(home).permissions() == fs::perms(0700));
    put(home / "Maildir/cur/1,S=12:2,S");
    CHECK(*accounts::make_home(workspace, jens) == true);
    CHECK(accounts::inspect_home(workspace, jens).octets == 12);
    CHECK(accounts::inspect_home(workspace, jens).fault.empty());
}

TEST_CASE("the size is that of all messages in all folders, and of nothing else") {
    const TemporaryWorkspace workspace;
    const auto jens = address("jens@example.org");
    REQUIRE(accounts::make_home(workspace, jens));
    const auto maildir = workspace.root / accounts::home_name(jens) / "Maildir";
    CHECK(!accounts::inspect_home(workspace, jens).has_mail);
    put(maildir / "dovecot.index.log", std::string(5000, 'x'));
    CHECK(!accounts::inspect_home(workspace, jens).has_mail);
    put(maildir / "new/1.M1.host,S=100,W=110");
    put(maildir / "cur/2.M2.host,S=20:2,S");
    put(maildir / "cur/3.M3.host", "12345");
    put(maildir / ".Sent/cur/4,S=1000:2,");
    put(maildir / "Archive/2026/cur/5,S=7");
    put(maildir / "cur/6,S=junk", "1");
    const auto inbox = accounts::inspect_home(workspace, jens);
    CHECK(inbox.has_mail);
    CHECK(inbox.octets == 100 + 20 + 5 + 1000 + 7 + 1);
}

TEST_CASE("a missing or foreign home is a fault") {
    TemporaryWorkspace workspace;
    const auto jens = address("jens@example.org");
    CHECK(accounts::inspect_home(workspace, jens).fault == "mail/inboxes/example.org/jens@example.org is missing");
    REQUIRE(accounts::make_home(workspace, jens));
    workspace.mail_owner.uid += 1;
    CHECK(accounts::inspect_home(workspace, jens).fault.contains("mail cannot be stored"));
}

TEST_CASE("a purge removes this home and no other, and what an interrupted one left") {
    const TemporaryWorkspace workspace;
    const auto jens = address("jens@example.org");
    const auto other = address("jens2@example.org");
    const auto domain = workspace.inboxes() / "example.org";
    for (const auto& user : {jens, other}) {
        REQUIRE(accounts::make_home(workspace, user));
        put(workspace.root / accounts::home_name(user) / "Maildir/.A.B/cur/1");
    }
    put(domain / ".purged-old@example.org-0011/Maildir/cur/1");
    CHECK(*accounts::purge_home(workspace, jens));
    CHECK(!*accounts::purge_home(workspace, jens));
    CHECK(accounts::all_homes(workspace) == std::vector<std::string>{"jens2@example.org"});
    CHECK(std::distance(fs::directory_iterator(domain), fs::directory_iterator()) == 1);
    CHECK(fs::exists(workspace.root / accounts::home_name(other) / "Maildir/.A.B/cur/1"));
    CHECK(!*accounts::purge_home(workspace, address("nobody@example.net")));
}

TEST_CASE("a purge takes indexes along that are not beside the mail") {
    TemporaryWorkspace workspace;
    workspace.index_dir = "var/lib/indexes";
    const auto jens = address("jens@example.org");
    const auto indexes = workspace.root / "var/lib/indexes/example.org";
    put(indexes / "jens@example.org/INBOX/dovecot.index.cache");
    put(indexes / "other@example.org/INBOX/dovecot.index.cache");
    CHECK(*accounts::purge_home(workspace, jens));
    CHECK(!fs::exists(indexes / "jens@example.org"));
    CHECK(fs::exists(indexes / "other@example.org/INBOX/dovecot.index.cache"));
    CHECK(!*accounts::purge_home(workspace, jens));
}

TEST_CASE("symbolic links are removed, never followed") {
    const TemporaryWorkspace workspace;
    const auto jens = address("jens@example.org");
    const auto precious = workspace.root / "precious";
    put(precious / "cur/file", "12345");
    REQUIRE(accounts::make_home(workspace, jens));
    const auto home = workspace.root / accounts::home_name(jens);
    fs::create_directory_symlink(precious, home / "Maildir");
    CHECK(!accounts::inspect_home(workspace, jens).has_mail);
    CHECK(*accounts::purge_home(workspace, jens));
    CHECK(fs::exists(precious / "cur/file"));

    fs::create_directory_symlink(precious, home);
    CHECK(!accounts::make_home(workspace, jens));
    CHECK(accounts::inspect_home(workspace, jens).fault.contains("no usable folder"));
    CHECK(*accounts::purge_home(workspace, jens));
    CHECK(fs::exists(precious / "cur/file"));
    CHECK(!fs::exists(fs::symlink_status(home)));

    fs::create_directories(workspace.inboxes());
    fs::create_directory_symlink(precious, workspace.inboxes() / "example.net");
    CHECK(!accounts::make_home(workspace, address("x@example.net")));
    CHECK(!*accounts::purge_home(workspace, address("cur@example.net")));
    CHECK(fs::exists(precious / "cur/file"));
}

TEST_CASE("locks that a crash has left go, those of now and everything else stay") {
    const TemporaryWorkspace workspace;
    REQUIRE(accounts::make_home(workspace, address("jens@example.org")));
    const auto maildir = workspace.inboxes() / "example.org/jens@example.org/Maildir";
    std::filesystem::create_directories(maildir / ".Work");
    std::filesystem::create_directories(maildir / "cur");
    const auto files = {maildir / "dovecot-uidlist.lock", maildir / ".Work/dovecot-uidlist.lock",
                        maildir / "subscriptions.lock", maildir / "dovecot-uidlist",
                        maildir / "cur/dovecot-uidlist.lock"};
    for (const auto& file : files) std::ofstream(file) << "1:mail";
    const auto now = std::chrono::system_clock::now();
    CHECK(accounts::remove_stale_locks(workspace, now - std::chrono::hours(1)) == 0);
    CHECK(accounts::remove_stale_locks(workspace, now + std::chrono::hours(1)) == 3);
    CHECK(std::filesystem::exists(maildir / "dovecot-uidlist"));
    CHECK(std::filesystem::exists(maildir / "cur/dovecot-uidlist.lock"));
    CHECK_FALSE(std::filesystem::exists(maildir / ".Work/dovecot-uidlist.lock"));
}
