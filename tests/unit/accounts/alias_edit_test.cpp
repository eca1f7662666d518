#include "accounts/alias_edit.h"

#include "tests/unit/accounts/temporary.h"

using namespace accounts;

namespace {

const base::Domain domain = *base::Domain::parse("example.org");

constexpr std::string_view file =
    "# our aliases\n"
    "\n"
    "Sales   jens ,  # the comma stays\n"
    "   # a comment inside\n"
    "   meier\n"
    "info jens\r\n"
    "# the end";

}  // namespace

TEST_CASE("what does not change stays octet for octet") {
    CHECK(edit_aliases(file, domain, [](const AliasEntry& entry) { return entry; }) == file);
    CHECK(without_alias(file, domain, "nobody@example.org", {}) == file);
    CHECK(without_target(file, domain, "nobody@example.org") == file);
    CHECK(with_renamed(file, domain, "nobody@example.org", "x@example.org") == file);
}

TEST_CASE("a target goes to the entry that is there, or into a new line at the end") {
    CHECK(with_alias("info jens", domain, {"info@example.org", {"x@y.example"}}) ==
          "info@example.org  jens@example.org, x@y.example");
    CHECK(with_alias("info jens\n", domain, {"info@example.org", {"jens@example.org"}}) == "info jens\n");
    CHECK(with_alias("# no end of line", domain, {"a@example.org", {"b@example.org"}}) ==
          "# no end of line\na@example.org  b@example.org\n");
    CHECK(with_alias("", domain, {"/x.*/", {"b@example.org"}}) == "/x.*/  b@example.org\n");
}

TEST_CASE("an entry is removed with its continuations, its comments stay") {
    constexpr std::string_view text = "a jens,\n # why\n meier\nb jens\n";
    CHECK(without_alias(text, domain, "a@example.org", {}) == " # why\nb jens\n");
    CHECK(without_alias(text, domain, "a@example.org", "meier@example.org") ==
          "a@example.org  jens@example.org\n # why\nb jens\n");
    CHECK(without_alias(text, domain, "b@example.org", "jens@example.org") == "a jens,\n # why\n meier\n");
    CHECK(without_target(text, domain, "jens@example.org") == "a@example.org  meier@example.org\n # why\n");
}

TEST_CASE("a name is changed wherever it stands") {
    CHECK(with_renamed("jens x@y.example\nall JENS, meier\n", domain, "jens@example.org", "anna@example.net") ==
          "anna@example.net  x@y.example\nall@example.org  anna@example.net, meier@example.org\n");
    const auto to_anna = [](std::string_view text) {
        return with_renamed(text, domain, "jens@example.org", "anna@example.org");
    };
    CHECK(to_anna("anna jens\nb jens\n") == "b@example.org  anna@example.org\n");
    CHECK(to_anna("anna jens, meier\n") == "anna@example.org  meier@example.org\n");
    CHECK(to_anna("all jens, anna, meier\n") == "all@example.org  anna@example.org, meier@example.org\n");
}
