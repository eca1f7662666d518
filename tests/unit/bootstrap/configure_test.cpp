#include "bootstrap/configure.h"

#include <doctest/doctest.h>
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include "sys/files.h"
#include "tests/unit/temporary_folder.h"

namespace {

/// An engine with one file, owned by whoever runs the test, and the given check.
engines::Engine engine(const std::string& file, const std::string& content, std::vector<std::string> check) {
    return {.name = "test",
            .files = {{.path = file,
                       .content = content,
                       .mode = 0640,
                       .user = getpwuid(getuid())->pw_name,
                       .group = getgrgid(getgid())->gr_name}},
            .checks = {{.argv = std::move(check)}}};
}

}  // namespace

TEST_CASE("a configuration its engine accepts is put in place, and checked once per content and build") {
    const tests::TemporaryFolder folder;
    const std::string file = folder.path() / "etc/a.conf", checked = folder.path() / "checked";
    const std::vector<std::string> count = {"sh", "-c", "echo x >> " + (folder.path() / "count").string()};
    CHECK(bootstrap::configure(engine(file, "one", count), "build", checked) == "checked");
    CHECK(sys::read_file(file) == "one");
    CHECK(bootstrap::configure(engine(file, "one", count), "build", checked) == "as before");
    CHECK(sys::read_file(folder.path() / "count") == "x\n");
    CHECK(bootstrap::configure(engine(file, "one", count), "newer build", checked) == "checked");
    CHECK(bootstrap::configure(engine(file, "two", count), "newer build", checked) == "checked");
    CHECK(sys::read_file(folder.path() / "count") == "x\nx\nx\n");
}

TEST_CASE("a configuration its engine refuses leaves the old one, and the error says what the checker said") {
    const tests::TemporaryFolder folder;
    const std::string file = folder.path() / "a.conf", checked = folder.path() / "checked";
    REQUIRE(bootstrap::configure(engine(file, "good", {"true"}), "build", checked));
    const auto refused = bootstrap::configure(
        engine(file, "bad", {"sh", "-c", "echo line 3: unknown option >&2; exit 1"}), "build", checked);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().text.starts_with("cannot configure test: sh -c"));
    CHECK(refused.error().text.ends_with("says: line 3: unknown option"));
    CHECK(sys::read_file(file) == "good");
}

TEST_CASE("a refused file that did not exist before is gone again") {
    const tests::TemporaryFolder folder;
    const std::string file = folder.path() / "a.conf";
    CHECK_FALSE(bootstrap::configure(engine(file, "bad", {"false"}), "build", folder.path() / "checked"));
    CHECK_FALSE(std::filesystem::exists(file));
}

TEST_CASE("an unknown owner is an error that names it") {
    const tests::TemporaryFolder folder;
    auto wrong = engine(folder.path() / "a.conf", "x", {"true"});
    wrong.files[0].user = "nobody-of-this-name";
    const auto refused = bootstrap::configure(wrong, "build", folder.path() / "checked");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().text.find("nobody-of-this-name") != std::string::npos);
}
