#include "bootstrap/mailboxes.h"

#include <doctest/doctest.h>

#include <fstream>

#include "settings/table.h"
#include "tests/unit/temporary_folder.h"

namespace fs = std::filesystem;

namespace {

settings::Settings with(const std::string& more) {
    auto settings =
        settings::parse_file("DOMAIN=example.org\nHOSTNAME=mail.example.org\nADMIN_EMAIL=a@example.org\n" + more);
    REQUIRE(settings);
    return *settings;
}

void put_mail(const fs::path& workspace) {
    const auto folder = workspace / "mail/inboxes/example.org/jens@example.org/Maildir/.Work/cur";
    fs::create_directories(folder);
    std::ofstream(folder / "1.M1.host,S=100:2,S") << "x";
}

/// What a start with these settings says.
std::string start(const tests::TemporaryFolder& folder, const std::string& more) {
    fs::create_directories(folder.path() / "mail");
    const auto kept = bootstrap::keep_mailboxes(with(more), {.root = folder.path()}, {"jens.meier@example.org"});
    if (!kept) CHECK(kept.error().kind == base::ErrorKind::usage);
    return kept ? *kept : kept.error().text;
}

}  // namespace

TEST_CASE("without mail the layout is free to choose, and remembered") {
    const tests::TemporaryFolder folder;
    CHECK(start(folder, "MAILBOX_LAYOUT=fs\n") == "MAILBOX_LAYOUT=fs HIERARCHY_SEPARATOR=. UTF8_FOLDER_NAMES=false");
    CHECK(start(folder, "UTF8_FOLDER_NAMES=true\n") == "MAILBOX_LAYOUT=maildir++ UTF8_FOLDER_NAMES=true");
    put_mail(folder.path());
    CHECK(start(folder, "UTF8_FOLDER_NAMES=true\n") == "MAILBOX_LAYOUT=maildir++ UTF8_FOLDER_NAMES=true");
    CHECK(start(folder, "") ==
          "cannot start with MAILBOX_LAYOUT=maildir++ UTF8_FOLDER_NAMES=false: the mail there was stored with "
          "MAILBOX_LAYOUT=maildir++ UTF8_FOLDER_NAMES=true, and its folders would be out of sight");
}

TEST_CASE("mail from before anything was remembered has the layout of a plain Maildir") {
    const tests::TemporaryFolder folder;
    put_mail(folder.path());
    CHECK(
        start(folder, "MAILBOX_LAYOUT=fs\n").contains("stored with MAILBOX_LAYOUT=maildir++ UTF8_FOLDER_NAMES=false"));
    CHECK(start(folder, "") == "MAILBOX_LAYOUT=maildir++ UTF8_FOLDER_NAMES=false");
    CHECK(start(folder, "HIERARCHY_SEPARATOR=/\n") == "MAILBOX_LAYOUT=maildir++ UTF8_FOLDER_NAMES=false");
}

TEST_CASE("with a tree of folders the separator is kept, as names may hold the other one") {
    const tests::TemporaryFolder folder;
    start(folder, "MAILBOX_LAYOUT=fs\nHIERARCHY_SEPARATOR=/\n");
    put_mail(folder.path());
    CHECK(start(folder, "MAILBOX_LAYOUT=fs\n").contains("stored with MAILBOX_LAYOUT=fs HIERARCHY_SEPARATOR=/"));
}

TEST_CASE("a delimiter inside the name of an account is refused") {
    const tests::TemporaryFolder folder;
    CHECK(start(folder, "RECIPIENT_DELIMITER=+.\n") ==
          "cannot use RECIPIENT_DELIMITER=+.: there is a '.' in the name of the account jens.meier@example.org, whose "
          "mail would not reach it");
    CHECK(start(folder, "RECIPIENT_DELIMITER=-\n").starts_with("MAILBOX_LAYOUT"));
    CHECK(start(folder, "RECIPIENT_DELIMITER=off\n").starts_with("MAILBOX_LAYOUT"));
}
