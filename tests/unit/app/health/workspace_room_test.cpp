#include "app/health/workspace_room.h"

#include <doctest/doctest.h>

#include "sys/files.h"
#include "tests/unit/temporary_folder.h"

namespace {

constexpr std::uint64_t MiB = 1 << 20;

TEST_CASE("room for one and a half mails of the permitted size is enough") {
    CHECK_FALSE(app::room_warning({.free_octets = 16 * MiB}, 10 * MiB));
    const auto warning = app::room_warning({.free_octets = 15 * MiB}, 10 * MiB);
    REQUIRE(warning);
    CHECK(warning->contains("15 MiB are free, 15 MiB are wanted"));
}

TEST_CASE("a disk that cannot be written takes no mail, however much room there is") {
    const auto warning = app::room_warning({.free_octets = 1000 * MiB, .fault = "read-only file system"}, 10 * MiB);
    REQUIRE(warning);
    CHECK(warning->contains("takes no new mail: read-only file system."));
}

TEST_CASE("a folder is looked at without leaving anything in it") {
    const tests::TemporaryFolder folder;
    const auto room = app::look_at_room(folder.path());
    CHECK(room.fault.empty());
    CHECK(room.free_octets > 0);
    CHECK(std::filesystem::is_empty(folder.path()));
    CHECK_FALSE(app::look_at_room(folder.path() / "missing").fault.empty());
}

TEST_CASE("mail is refused where nothing can be written, but for a disk that is read-only") {
    CHECK_FALSE(app::refuses_mail({.free_octets = 0}));
    CHECK(app::refuses_mail({.free_octets = 1, .fault = "it can hold no further file (inodes)"}));
    CHECK_FALSE(app::refuses_mail({.free_octets = 1, .fault = "Read-only file system", .read_only = true}));
}

TEST_CASE("the door is closed and opened once, and a table that cannot be written is tried again") {
    const tests::TemporaryFolder folder;
    int reloads = 0;
    app::RoomDoor door(folder.path() / "postfix/room.cidr", [&] { ++reloads; });
    const auto table = [&] { return *sys::read_file(folder.path() / "postfix/room.cidr"); };
    door.set_open(true);
    door.set_open(false);
    CHECK(reloads == 0);
    std::filesystem::create_directory(folder.path() / "postfix");
    door.set_open(false);
    door.set_open(false);
    CHECK(reloads == 1);
    CHECK(table() == "0.0.0.0/0 452 4.3.1 Insufficient system storage\n::/0 452 4.3.1 Insufficient system storage\n");
    door.set_open(true);
    door.set_open(true);
    CHECK(reloads == 2);
    CHECK_FALSE(table().contains("452"));
}

}  // namespace
