#include "accounts/mailbox_sizes.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <fstream>

#include "tests/unit/temporary_folder.h"

namespace {

namespace fs = std::filesystem;
using accounts::MailboxSize;

struct House {
    tests::TemporaryFolder folder;
    accounts::MailboxSizes sizes{accounts::Workspace{.root = folder.path()}};
    base::EmailAddress alice = base::EmailAddress::parse("alice@a.example").value();
    fs::path maildir = folder.path() / "mail/inboxes/a.example/alice@a.example/Maildir";

    void put(const std::string& name, std::size_t octets = 0) {
        fs::create_directories((maildir / name).parent_path());
        std::ofstream(maildir / name) << std::string(octets, 'x');
    }
    /// As if nothing had happened there for a while.
    void settle() {
        for (const auto& entry : fs::recursive_directory_iterator(maildir))
            if (entry.is_directory()) fs::last_write_time(entry, entry.last_write_time() - std::chrono::seconds(100));
    }
};

}  // namespace

TEST_SUITE("mailbox sizes") {
    TEST_CASE("all folders count, only the inbox has unseen mail") {
        House house;
        CHECK(house.sizes.of(house.alice) == MailboxSize{});
        house.put("new/1.a,S=100");
        house.put("cur/2.a,S=10:2,S");
        house.put("cur/3.a,S=10:2,FR");
        house.put("cur/4.S:2,", 7);
        house.put(".Sent/cur/5.a,S=1000:2,");
        house.put(".Sent/new/6.a,S=x", 3);
        house.put("dovecot-uidlist", 5000);
        const MailboxSize all{.messages = 6, .octets = 1130, .unseen = 3};
        CHECK(house.sizes.of(house.alice) == all);
        house.settle();
        for (int i = 0; i < 2; ++i) CHECK(house.sizes.of(house.alice) == all);
    }

    TEST_CASE("every change is seen, and what did not change is not read again") {
        House house;
        house.put("new/1.a,S=100");
        house.put("cur/2.a,S=1:2,");
        house.settle();
        CHECK(house.sizes.of(house.alice).octets == 101);
        SUBCASE("nothing changed") {
            const auto cur = house.maildir / "cur";
            const auto time = fs::last_write_time(cur);
            house.put("cur/3.a,S=50:2,");
            fs::last_write_time(cur, time);
            CHECK(house.sizes.of(house.alice).octets == 101);
        }
        SUBCASE("a mail came") {
            house.put("new/3.a,S=50");
            CHECK(house.sizes.of(house.alice).octets == 151);
        }
        SUBCASE("a mail was read") {
            fs::rename(house.maildir / "new/1.a,S=100", house.maildir / "cur/1.a,S=100:2,S");
            CHECK(house.sizes.of(house.alice) == MailboxSize{.messages = 2, .octets = 101, .unseen = 1});
        }
        SUBCASE("a folder came") {
            house.put(".Trash/cur/9.a,S=5:2,");
            house.settle();
            CHECK(house.sizes.of(house.alice).messages == 3);
        }
        SUBCASE("all is gone") {
            fs::remove_all(house.maildir);
            CHECK(house.sizes.of(house.alice) == MailboxSize{});
        }
        SUBCASE("nobody asked for a while") {
            house.sizes.forget_others();
            house.sizes.forget_others();
            CHECK(house.sizes.of(house.alice).octets == 101);
        }
    }

    TEST_CASE("links lead nowhere") {
        House house;
        house.put("elsewhere/cur/1.a,S=5");
        fs::create_directories(house.maildir / "new");
        fs::create_directory_symlink(house.maildir / "elsewhere/cur", house.maildir / "cur");
        CHECK(house.sizes.of(house.alice).messages == 1);
    }
}
