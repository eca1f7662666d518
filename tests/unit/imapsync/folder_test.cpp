#include "imapsync/folder.h"

#include <doctest/doctest.h>

using namespace imapsync;

TEST_CASE("folders are read from what servers list") {
    const auto folders = folders_in(
        "* LIST (\\HasNoChildren) \"/\" INBOX\r\n"
        "* LIST (\\HasNoChildren \\Sent) \"/\" \"Gesendet\"\r\n"
        "* LIST () \"/\" \"Gr&APYA3w-e & mehr\"\r\n"
        "* LIST () \"/\" \"Gr&APYA3w-e &- mehr\"\r\n"
        "* LIST () \".\" \"a \\\"b\\\" \\\\c\"\r\n"
        "* list (\\NoSelect) nil flat\r\n"
        "* LIST (\\Sent) \"/\" Gesendet\r\n"
        "* LSUB () \"/\" no\r\n* LIST ( \"/\" no\r\n* LIST () \"/\" {3}\r\nabc\r\n* LIST () \"//\" no\r\n* LIST () "
        "\"/\" \"no\r\n");
    REQUIRE(folders.size() == 5);
    CHECK(folders[0].name == "INBOX");
    CHECK(folders[1].has("sent"));
    CHECK(folders[2].name == "Größe & mehr");
    CHECK(folders[3].name == "a \"b\" \\c");
    CHECK(folders[3].delimiter == ".");
    CHECK(folders[4].has("noselect"));
    CHECK(folders[4].delimiter.empty());
}

TEST_CASE("names of IMAP and UTF-8 are made of each other") {
    for (const auto* name : {"INBOX", "Größe", "A & B", "&", "日本語", "x 😀 y", "Entwürfe/2024", ""}) {
        const auto there = to_utf7(name);
        REQUIRE(there);
        CHECK(from_utf7(*there) == name);
    }
    CHECK(to_utf7("Größe") == "Gr&APYA3w-e");
    CHECK(to_utf7("~peter/mail/台北/日本語") == "~peter/mail/&U,BTFw-/&ZeVnLIqe-");
    CHECK(from_utf7("Größe") == "Größe");
    for (const auto* broken : {"&", "&A", "&AP!A-", "&2AA-", "&3AA-", "&AAA-"}) CHECK(!from_utf7(broken));
    for (const auto* broken : {"\xff", "\xc3", "\xed\xa0\x80", "\xc0\x80", "\xf5\x80\x80\x80"}) CHECK(!to_utf7(broken));
}

TEST_CASE("the number of mails") {
    CHECK(messages_in("* STATUS \"a (MESSAGES 3)\" (MESSAGES 12)\r\n") == 12);
    CHECK(!messages_in("* STATUS INBOX ()"));
    CHECK(!messages_in(""));
}
