#include <doctest/doctest.h>

#include "moving/folder_names.h"
#include "moving/maildir_files.h"
#include "moving/mbox_mail.h"

using moving::FolderName;

TEST_CASE("modified UTF-7 and back") {
    for (const auto& [utf8, utf7] : {std::pair("Entw\u00fcrfe", "Entw&APw-rfe"),
                                     {"A&B", "A&-B"},
                                     {"\u53f0\u5317", "&U,BTFw-"},
                                     {"\U0001F4E7", "&2D3c5w-"},
                                     {"plain", "plain"},
                                     {"", ""}}) {
        CHECK(moving::to_utf7(utf8) == utf7);
        CHECK(moving::from_utf7(utf7) == utf8);
    }
    for (const char* bad : {"&APw", "&AP*-", "&2D0-", "&3c4-", "\xc3\xbc", "&AP-"}) CHECK_FALSE(moving::from_utf7(bad));
    for (const char* bad : {"\xc3", "\xed\xa0\x80", "\xc0\x80", "\xf8\x88\x80\x80\x80"})
        CHECK_FALSE(moving::to_utf7(bad));
}

TEST_CASE("folders of a Maildir, here and there") {
    const auto name = moving::from_maildir_name(".Work.Entw&APw-rfe");
    CHECK(name == FolderName{"Work", "Entw\u00fcrfe"});
    CHECK(moving::path_of(*name, {}) == ".Work.Entw&APw-rfe");
    CHECK(moving::path_of(*name, {.tree = true, .utf8 = true, .separator = '/'}) == "Work/Entw\u00fcrfe");
    CHECK(moving::path_of({}, {}) == "");
    CHECK(moving::from_maildir_name(".Entw\u00fcrfe") == FolderName{"Entw\u00fcrfe"});  // UTF-8 on disk
    for (const char* none : {"cur", ".", "..", "...", ".a..b", ".~x", ".a&AC8-b", ".\xff", ".a\x01"})
        CHECK_FALSE(moving::from_maildir_name(none));
    CHECK_FALSE(moving::path_of({"cur"}, {.tree = true}));
    CHECK_FALSE(moving::path_of({std::string(300, 'x')}, {}));
    CHECK_FALSE(moving::path_of({"a.b"}, {}));
}

TEST_CASE("a folder as people type it") {
    CHECK(moving::parse_folder("", {}) == FolderName{});
    CHECK(moving::parse_folder("inbox", {}) == FolderName{});
    CHECK(moving::parse_folder("Work/2024", {}) == FolderName{"Work", "2024"});
    CHECK(moving::parse_folder("Work.2024", {}) == FolderName{"Work", "2024"});
    for (const char* bad : {"/", "../x", "a//b", "~root", "INBOX/x", "a\nb", "\xff"})
        CHECK_FALSE(moving::parse_folder(bad, {}));
}

TEST_CASE("subscriptions in both of their forms") {
    const std::vector<FolderName> folders{{"Work", "2024"}, {"Entw\u00fcrfe"}};
    CHECK(moving::parse_subscriptions("V\t2\n\nWork\t2024\nEntw&APw-rfe\n..\t..\n") == folders);
    CHECK(moving::parse_subscriptions("Work.2024\nEntw&APw-rfe\n") == folders);
    CHECK(moving::parse_subscriptions(moving::subscriptions_text(folders)) == folders);
}

TEST_CASE("names of mails") {
    const auto name = moving::parse_mail_name("1.M2P3.host,S=10,W=12:2,SaFb");
    REQUIRE(name);
    CHECK(*name == moving::MailName{"1.M2P3.host,S=10,W=12", "FS", "ab"});
    CHECK(moving::text_of(*name) == "1.M2P3.host,S=10,W=12:2,FSab");
    CHECK(moving::claimed_size(name->base) == 10);
    CHECK(moving::without_sizes(name->base) == "1.M2P3.host");
    CHECK(moving::parse_mail_name("plain") == moving::MailName{"plain", "", ""});
    CHECK(moving::parse_mail_name("x:2,SSQ!,ignored") == moving::MailName{"x", "S", ""});
    for (const std::string none : {"", ".hidden", "a\nb", ":2,S"}) CHECK_FALSE(moving::parse_mail_name(none));
    CHECK_FALSE(moving::parse_mail_name(std::string(250, 'x')));
}

TEST_CASE("keywords: atoms of the letters a to z") {
    const auto keywords = moving::parse_keywords("0 $Label1\n1 custom\n26 late\nx y\n2 a b\n3 {1}\n");
    CHECK(keywords == std::map<char, std::string>{{'a', "$Label1"}, {'b', "custom"}});
    CHECK(moving::keywords_text(keywords) == "0 $Label1\n1 custom\n");
}

TEST_CASE("a list of UIDs is taken as Dovecot writes it, or not at all") {
    const std::string head = "3 V1 N9 G0123456789abcdef0123456789abcdef\n";
    CHECK(moving::is_good_uidlist(head));
    CHECK(moving::is_good_uidlist(head + "1 :a\n5 S10 W12 :b,S=10\n"));
    for (const std::string bad : {"", "3 V1\n", "1 V1 N9\n", "3 V0 N9\n", "3 V1 N9 X1\n"})
        CHECK_FALSE(moving::is_good_uidlist(bad));
    for (const std::string bad :
         {"1 :a\n1 :b\n", "2 :a\n1 :b\n", "1 :a\n2 :a\n", "1 a\n", "0 :a\n", "5000000000 :a\n", "1 :../a\n", "1 :a"})
        CHECK_FALSE(moving::is_good_uidlist(head + bad));
}

TEST_CASE("a mail of an mbox as it was before") {
    const auto mail = moving::mbox_mail(
        "Subject: x\r\nStatus: RO\r\nX-Status: AF\r\nX-UID: 7\r\n folded\r\nTo: y\r\n\r\nStatus: stays\r\n\r\n",
        "From a@example.org Thu Jan  2 03:04:05 2020");
    CHECK(mail.text == "Subject: x\nTo: y\n\nStatus: stays\n");
    CHECK(mail.flags == "FRS");
    CHECK(mail.received.tv_sec == 1577934245);
    CHECK(moving::mbox_mail("Date: Thu, 2 Jan 2020 04:04:05 +0100\n\nx\n", "From nonsense").received.tv_sec ==
          1577934245);
    CHECK(moving::mbox_mail("Subject: x\n\ny\n", "").received.tv_sec == 0);
}
