#include "moving/mail_import.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "tests/unit/temporary_folder.h"

namespace fs = std::filesystem;

namespace {

void put(const fs::path& file, std::string_view text) {
    fs::create_directories(file.parent_path());
    std::ofstream(file) << text;
}

std::string read(const fs::path& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::set<std::string> names(const fs::path& folder) {
    std::set<std::string> all;
    for (const auto& entry : fs::directory_iterator(folder)) all.insert(entry.path().filename());
    return all;
}

/// A mailbox here, and a Maildir of somewhere else.
struct Boxes : tests::TemporaryFolder {
    fs::path here = path() / "here", there = path() / "there";
    moving::Ledger ledger = *moving::Ledger::open(path() / "ledger.sqlite");
    std::vector<moving::Finding> findings;

    Boxes() {
        fs::create_directory(here);
        for (const char* part : {"cur", "new", "tmp"}) fs::create_directories(there / part);
    }
    moving::MailTally bring(const moving::FolderName& base = {}, const fs::path& mbox = {}) {
        const auto target = moving::open_folder(here);
        moving::MailImport import{.maildir = target,
                                  .account = "jens@example.org",
                                  .style = {},
                                  .owner = {::getuid(), ::getgid()},
                                  .ledger = ledger,
                                  .where = "old"};
        if (mbox.empty()) {
            REQUIRE(import.maildir_with_folders(moving::open_folder(there), base));
        } else {
            const sys::UniqueFd file(::open(mbox.c_str(), O_RDONLY | O_CLOEXEC));
            REQUIRE(import.mbox(file.get(), base));
        }
        findings = import.findings;
        return import.tally;
    }
};

}  // namespace

TEST_CASE("mails come once, with flags, times and UIDs; those deleted since stay away") {
    Boxes boxes;
    put(boxes.there / "cur/1.a,S=4:2,FSa", "abc\n");
    put(boxes.there / "cur/2.b,S=99:2,", "wrong size\n");
    put(boxes.there / "new/3.c", "new\n");
    put(boxes.there / ".Work.Sub/cur/4.d:2,S", "deep\n");
    put(boxes.there / "dovecot-keywords", "0 $Label1\n");
    const std::string uids = "3 V7 N9 G0123456789abcdef0123456789abcdef\n3 :1.a,S=4\n";
    put(boxes.there / "dovecot-uidlist", uids);
    put(boxes.there / "subscriptions", "V\t2\n\nWork\tSub\n");
    const timespec times[] = {{1000, 0}, {1000, 0}};
    ::utimensat(AT_FDCWD, (boxes.there / "cur/1.a,S=4:2,FSa").c_str(), times, 0);

    CHECK(boxes.bring() == moving::MailTally{4, 0, 0});
    CHECK(boxes.findings.empty());
    CHECK(names(boxes.here / "cur") == std::set<std::string>{"1.a,S=4:2,FSa", "2.b:2,"});
    CHECK(names(boxes.here / "new") == std::set<std::string>{"3.c"});
    CHECK(names(boxes.here / "tmp").empty());
    CHECK(read(boxes.here / ".Work.Sub/cur/4.d:2,S") == "deep\n");
    CHECK(fs::exists(boxes.here / ".Work.Sub/maildirfolder"));
    CHECK(read(boxes.here / "dovecot-uidlist") == uids);
    CHECK(read(boxes.here / "subscriptions") == "V\t2\n\nWork\tSub\n");
    struct stat status{};
    REQUIRE(::stat((boxes.here / "cur/1.a,S=4:2,FSa").c_str(), &status) == 0);
    CHECK(status.st_mtim.tv_sec == 1000);
    CHECK((status.st_mode & 0777) == 0600);

    // Moved on, deleted, and one more over there.
    fs::rename(boxes.here / "new/3.c", boxes.here / "cur/3.c:2,S");
    fs::remove(boxes.here / "cur/2.b:2,");
    put(boxes.there / "cur/5.e:2,", "later\n");
    CHECK(boxes.bring() == moving::MailTally{1, 4, 0});
    CHECK(names(boxes.here / "cur") == std::set<std::string>{"1.a,S=4:2,FSa", "3.c:2,S", "5.e:2,"});
}

TEST_CASE("into a folder with mail: what is there word by word is passed over, UIDs and letters are its own") {
    Boxes boxes;
    put(boxes.here / "cur/9.x:2,", "same\n");
    put(boxes.here / "cur/8.x:2,", "diff\n");
    put(boxes.here / "cur/1.a:2,", "another of this name\n");
    put(boxes.here / "dovecot-uidlist", "mine");
    put(boxes.here / "dovecot-keywords", "0 other\n1 $Label1\n");
    put(boxes.there / "cur/1.a:2,a", "text\n");
    put(boxes.there / "cur/2.b:2,", "same\n");
    put(boxes.there / "dovecot-keywords", "0 $Label1\n");
    put(boxes.there / "dovecot-uidlist", "3 V7 N9 G0123456789abcdef0123456789abcdef\n3 :1.a\n");
    CHECK(boxes.bring() == moving::MailTally{1, 1, 0});
    CHECK(read(boxes.here / "dovecot-uidlist") == "mine");
    CHECK(read(boxes.here / "cur/1.a:2,") == "another of this name\n");
    CHECK(read(boxes.here / "cur/1.1.a:2,b") == "text\n");
}

TEST_CASE("what is no mail is named, and nothing is followed") {
    Boxes boxes;
    put(boxes.path() / "secret", "secret\n");
    fs::create_symlink(boxes.path() / "secret", boxes.there / "cur/1.a:2,");
    put(boxes.there / "cur/2.b:2,", "");
    put(boxes.there / "cur/3.c:2,", "\x1f\x8b gzip");
    put(boxes.there / "cur/4\nd:2,", "x");
    REQUIRE(::mkfifo((boxes.there / "cur/5.e:2,").c_str(), 0600) == 0);
    put(boxes.there / ".bad..name/cur/6.f:2,", "x");
    fs::create_directory_symlink(boxes.path(), boxes.there / ".Linked");
    put(boxes.path() / "cur/7.g:2,", "x");
    CHECK(boxes.bring() == moving::MailTally{0, 0, 6});
    CHECK(boxes.findings.size() == 6);
    CHECK(names(boxes.here / "cur").empty());
    CHECK_FALSE(fs::exists(boxes.here / ".Linked"));
}

TEST_CASE("an mbox comes once, also in two copies, and goes on where it was") {
    Boxes boxes;
    const auto mbox = boxes.path() / "mbox";
    const std::string one = "From a Thu Jan  2 03:04:05 2020\nSubject: 1\nStatus: R\n\nx\n\n";
    put(mbox, one + "From b Thu Jan  2 03:04:05 2020\nSubject: 2\n\n>From y\n\n" + one);
    CHECK(boxes.bring({"Old"}, mbox) == moving::MailTally{2, 1, 0});
    CHECK(names(boxes.here / ".Old/cur").size() == 2);
    CHECK(read(boxes.here / "subscriptions") == "V\t2\n\nOld\n");
    for (const auto& entry : fs::directory_iterator(boxes.here / ".Old/cur"))
        CHECK((read(entry.path()) == "Subject: 1\n\nx\n" || read(entry.path()) == "Subject: 2\n\nFrom y\n"));
    CHECK(boxes.bring({"Old"}, mbox) == moving::MailTally{0, 3, 0});
    // As if it had been killed before it could note what it did.
    boxes.ledger = *moving::Ledger::open(boxes.path() / "other.sqlite");
    CHECK(boxes.bring({"Old"}, mbox) == moving::MailTally{0, 3, 0});
}
