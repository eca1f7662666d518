#include "app/common/warnings.h"

#include <doctest/doctest.h>

#include "tests/unit/temporary_folder.h"

TEST_CASE("each watcher replaces the warnings of its own topic only") {
    const tests::TemporaryFolder folder;
    const auto warnings = folder.path() / "warnings";
    CHECK(app::read_warnings(warnings).empty());
    app::write_warnings(warnings, "one", {"a", "b"});
    app::write_warnings(warnings, "two", {"c \"quoted\"\n"});
    CHECK(app::read_warnings(warnings) == std::vector<std::string>{"a", "b", "c \"quoted\"\n"});
    app::write_warnings(warnings, "one", {});
    CHECK(app::read_warnings(warnings) == std::vector<std::string>{"c \"quoted\"\n"});
}
