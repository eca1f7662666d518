#include "app/workspace_room.h"

#include <doctest/doctest.h>

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

}  // namespace
