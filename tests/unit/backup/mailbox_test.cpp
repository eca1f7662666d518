#include "backup/mailbox.h"

#include <doctest/doctest.h>

#include <fstream>

#include "tests/unit/temporary_folder.h"

namespace fs = std::filesystem;

namespace {

void put(const fs::path& file, std::string_view content) {
    fs::create_directories(file.parent_path());
    std::ofstream(file) << content;
}

}  // namespace

TEST_CASE("a folder's name leads to its place on disk, in every layout") {
    settings::Mailboxes mailboxes;
    using Paths = std::vector<std::string>;
    CHECK(*backup::folder_paths("inbox", mailboxes) == Paths{"Maildir/cur", "Maildir/new"});
    CHECK(*backup::folder_paths("Sent", mailboxes) == Paths{"Maildir/.Sent"});
    CHECK(*backup::folder_paths("Archiv.Böse Briefe & mehr", mailboxes) ==
          Paths{"Maildir/.Archiv.B&APY-se Briefe &- mehr"});
    mailboxes.separator = '/';
    CHECK(*backup::folder_paths("a/b", mailboxes) == Paths{"Maildir/.a.b"});
    mailboxes.layout = settings::MailboxLayout::fs;
    mailboxes.utf8_names = true;
    CHECK(*backup::folder_paths("a/ü.x", mailboxes) == Paths{"Maildir/a/ü.x"});
    for (const std::string bad : {"", "/a", "a//b", "../x", "a/../../x", "a/.", "a\nb"})
        CHECK_MESSAGE(!backup::folder_paths(bad, mailboxes), bad);
    mailboxes.separator = '.';
    mailboxes.layout = settings::MailboxLayout::maildir_plus_plus;
    CHECK_FALSE(backup::folder_paths("a/b", mailboxes));
}

TEST_CASE("names of folders in ASCII are RFC 3501's") {
    CHECK(backup::modified_utf7("~peter/mail/台北/日本語") == "~peter/mail/&U,BTFw-/&ZeVnLIqe-");
    CHECK(backup::modified_utf7("😀") == "&2D3eAA-");
    CHECK(backup::modified_utf7("a&b") == "a&-b");
}

TEST_CASE("only messages that the live mailbox has nowhere are left to be restored") {
    const tests::TemporaryFolder folder;
    const auto restored = folder.path() / "restored", live = folder.path() / "live";
    put(restored / "Maildir/cur/1.A:2,", "one");
    put(restored / "Maildir/cur/2.A:2,S", "two, deleted since");
    put(restored / "Maildir/.Sent/new/3.A", "moved to another folder, with another name");
    put(restored / "Maildir/.Sent/cur/4.A:2,", "as long as 5.B");
    put(restored / "Maildir/dovecot-uidlist", "3 V1 N5\n");
    put(live / "Maildir/cur/1.A:2,RS", "one");
    put(live / "Maildir/.Trash/cur/9.B:2,", "moved to another folder, with another name");
    put(live / "Maildir/cur/5.B:2,", "14 octets long");
    put(live / "Maildir/tmp/2.A", "two, deleted since");

    const auto missing = backup::keep_missing(restored, live);
    REQUIRE(missing);
    CHECK(missing->found == 4);
    CHECK(missing->present == 2);
    CHECK(fs::exists(restored / "Maildir/cur/2.A:2,S"));
    CHECK(fs::exists(restored / "Maildir/.Sent/cur/4.A:2,"));
    CHECK_FALSE(fs::exists(restored / "Maildir/cur/1.A:2,"));
    CHECK_FALSE(fs::exists(restored / "Maildir/.Sent/new/3.A"));
    CHECK(fs::exists(live / "Maildir/cur/1.A:2,RS"));

    const auto all = backup::keep_missing(restored, folder.path() / "no such home");
    REQUIRE(all);
    CHECK(all->found == 2);
    CHECK(all->present == 0);
}

TEST_CASE("numbers of messages that came after a backup are not given again") {
    CHECK(backup::with_later_uids("3 V1795301543 N6 Gd8a6\n1 :a,S=2\n") == "3 V1795301543 N1000006 Gd8a6\n1 :a,S=2\n");
    CHECK(backup::with_later_uids("3 V1 N4294967290") == "3 V1 N4294967295");
    for (const auto* bad : {"", "1 5 6\n", "3 V1 G2\n", "3 V1 Nx\n", "\n3 N1\n"})
        CHECK(backup::with_later_uids(bad).empty());
}
