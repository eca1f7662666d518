#include "app/warnings.h"

#include <doctest/doctest.h>

#include "tests/unit/temporary_folder.h"

TEST_CASE("each watcher replaces its own warnings only") {
    const tests::TemporaryFolder folder;
    const auto file = folder.path() / "warnings.json";
    app::Warnings warnings(file);
    warnings.set("one", {"a", "b"});
    warnings.set("two", {"c \"quoted\"\n"});
    CHECK(app::read_warnings(file) == std::vector<std::string>{"a", "b", "c \"quoted\"\n"});
    warnings.set("one", {});
    CHECK(app::read_warnings(file) == std::vector<std::string>{"c \"quoted\"\n"});
}
