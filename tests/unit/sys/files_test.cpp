#include "sys/files.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "tests/unit/temporary_folder.h"

namespace {

mode_t mode_of(const std::filesystem::path& path) {
    struct stat found{};
    ::lstat(path.c_str(), &found);
    return found.st_mode & 07777;
}

std::size_t entries(const std::filesystem::path& folder) {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

}  // namespace

TEST_CASE("a file is written whole, with its mode, whatever stood there") {
    const tests::TemporaryFolder folder;
    const auto file = folder.path() / "a";
    REQUIRE(sys::write_file(file, "one", {.mode = 0600}));
    CHECK(mode_of(file) == 0600);
    REQUIRE(sys::write_file(file, std::string("t\0wo", 4), {.mode = 0640}));
    CHECK(sys::read_file(file) == std::string("t\0wo", 4));
    CHECK(mode_of(file) == 0640);
    CHECK(entries(folder.path()) == 1);
}

TEST_CASE("writing over a symbolic link replaces the link, not what it points to") {
    const tests::TemporaryFolder folder;
    REQUIRE(sys::write_file(folder.path() / "target", "safe"));
    REQUIRE(sys::write_symlink(folder.path() / "link", "target"));
    CHECK(sys::read_file(folder.path() / "link") == "safe");
    REQUIRE(sys::write_file(folder.path() / "link", "new"));
    CHECK(sys::read_file(folder.path() / "target") == "safe");
    CHECK_FALSE(std::filesystem::is_symlink(folder.path() / "link"));
}

TEST_CASE("what cannot be written leaves nothing behind and says why") {
    const tests::TemporaryFolder folder;
    const auto missing = sys::write_file(folder.path() / "no" / "file", "x");
    REQUIRE_FALSE(missing);
    CHECK(missing.error().text ==
          "cannot write " + (folder.path() / "no/file").string() + ": no such file or directory");
    REQUIRE(sys::ensure_directory(folder.path() / "busy/inner"));
    CHECK_FALSE(sys::write_file(folder.path() / "busy", "x"));
    CHECK(entries(folder.path()) == 1);
}

TEST_CASE("reading tells a missing file from a too large one") {
    const tests::TemporaryFolder folder;
    CHECK(sys::read_file(folder.path() / "none").error().kind == base::ErrorKind::not_found);
    REQUIRE(sys::write_file(folder.path() / "big", std::string(1000, 'x')));
    CHECK_FALSE(sys::read_file(folder.path() / "big", 999));
    CHECK(sys::read_file(folder.path() / "big", 1000)->size() == 1000);
}

TEST_CASE("folders are made with their parents and get the mode, also when they exist") {
    const tests::TemporaryFolder folder;
    const auto inner = folder.path() / "a/b/c";
    REQUIRE(sys::ensure_directory(inner, {.mode = 0700}));
    CHECK(mode_of(inner) == 0700);
    CHECK(mode_of(folder.path() / "a") == 0755);
    REQUIRE(sys::ensure_directory(inner, {.mode = 0750}));
    CHECK(mode_of(inner) == 0750);
}

TEST_CASE("a folder is not made through a symbolic link") {
    const tests::TemporaryFolder folder;
    REQUIRE(sys::ensure_directory(folder.path() / "real", {.mode = 0755}));
    REQUIRE(sys::write_symlink(folder.path() / "link", "real"));
    CHECK_FALSE(sys::ensure_directory(folder.path() / "link", {.mode = 0700}));
    CHECK(mode_of(folder.path() / "real") == 0755);
}

TEST_CASE("a lock is held by one, until it is let go") {
    const tests::TemporaryFolder folder;
    const auto file = folder.path() / "lock";
    {
        const auto first = sys::FileLock::try_take(file);
        REQUIRE(first);
        const auto second = sys::FileLock::try_take(file);
        REQUIRE_FALSE(second);
        CHECK(second.error().kind == base::ErrorKind::exists);
    }
    CHECK(sys::FileLock::try_take(file));
}

TEST_CASE("owners are looked up by name") {
    CHECK(sys::lookup_owner("root", "root") == sys::Owner{0, 0});
    CHECK(sys::lookup_owner("root", "no-such-group").error().text == "there is no group 'no-such-group'");
}

TEST_CASE("a file gets its owner before anybody can read it") {
    if (::getuid() != 0) return;  // only root gives files away
    const tests::TemporaryFolder folder;
    const auto file = folder.path() / "secret";
    REQUIRE(sys::write_file(file, "x", {.mode = 0640, .owner = sys::Owner{.uid = 1234, .gid = 5678}}));
    struct stat found{};
    REQUIRE(::lstat(file.c_str(), &found) == 0);
    CHECK(found.st_uid == 1234);
    CHECK(found.st_gid == 5678);
    CHECK(mode_of(file) == 0640);
}

TEST_CASE("what cannot be read says why") {
    const tests::TemporaryFolder folder;
    const auto unreadable = sys::read_file(folder.path());
    REQUIRE_FALSE(unreadable);
    CHECK(unreadable.error().text == "cannot read " + folder.path().string() + ": is a directory");
}

TEST_CASE("a lock that is assigned over is let go") {
    const tests::TemporaryFolder folder;
    auto lock = sys::FileLock::try_take(folder.path() / "one");
    REQUIRE(lock);
    *lock = *sys::FileLock::try_take(folder.path() / "two");
    CHECK(sys::FileLock::try_take(folder.path() / "one"));
    CHECK_FALSE(sys::FileLock::try_take(folder.path() / "two"));
}
