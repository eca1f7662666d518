#include "moving/alias_merge.h"

#include <doctest/doctest.h>

#include "tests/unit/accounts/temporary.h"

namespace {

const std::set<std::string> users{"boss@example.org", "jens@example.org"};

moving::ForeignAlias alias(std::string source, std::vector<std::string> targets, std::string where = "f:1") {
    return {.source = std::move(source), .targets = std::move(targets), .where = std::move(where)};
}

}  // namespace

TEST_CASE("aliases come in any order, once, and the file's own lines stay") {
    const std::string file = "# mine\ninfo@example.org jens@example.org\n";
    const std::vector aliases{alias("team@example.org", {"sales@example.org"}),
                              alias("sales@example.org", {"jens@example.org", "away@elsewhere.example"}),
                              alias("info@example.org", {"jens@example.org"})};
    const auto merged = moving::merge_aliases(file, aliases, example_site(), users);
    CHECK(merged.brought == 2);
    CHECK(merged.before == 1);
    CHECK(merged.findings.empty());
    CHECK(merged.text.starts_with(file));
    const auto again = moving::merge_aliases(merged.text, aliases, example_site(), users);
    CHECK(again.text == merged.text);
    CHECK(again.before == 3);
}

TEST_CASE("aliases that are not possible are named, the others come") {
    const std::vector aliases{alias("a@example.org", {"b@example.org"}, "f:1"),
                              alias("b@example.org", {"nobody@example.org"}, "f:2"),
                              alias("c@example.org", {"|/bin/sh"}, "f:3"),
                              alias("d@unserved.example", {"jens@example.org"}, "f:4"),
                              alias("e\nx@example.org", {"jens@example.org"}, "f:5"),
                              alias("loop@example.org", {"pool@example.org"}, "f:6"),
                              alias("pool@example.org", {"loop@example.org"}, "f:7"),
                              alias("good@example.org", {"jens@example.org"}, "f:8")};
    const auto merged = moving::merge_aliases("", aliases, example_site(), users);
    CHECK(merged.brought == 1);
    CHECK(merged.findings.size() == 7);
    for (const auto& finding : merged.findings) CHECK_FALSE(finding.why.empty());
}

TEST_CASE("names without a domain are in the other server's") {
    std::vector aliases{alias("sales", {"jens", "a@b.example"}), alias("/x.*/", {"jens"})};
    moving::qualify(aliases, "old.example");
    CHECK(aliases[0].source == "sales@old.example");
    CHECK(aliases[0].targets == std::vector<std::string>{"jens@old.example", "a@b.example"});
    CHECK(aliases[1].source == "/x.*/");
    CHECK(aliases[1].targets[0] == "jens@old.example");
}
