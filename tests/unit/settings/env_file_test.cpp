#include <doctest/doctest.h>

#include "settings/table.h"

using settings::parse_env_file;

namespace {

/// All complaints about the form of a file, as the operator reads them.
std::string complaints(std::string_view text) {
    std::string all;
    for (const auto& problem : parse_env_file(text).problems) all += settings::describe(problem) + "\n";
    return all;
}

}  // namespace

TEST_CASE("lines, comments and empty lines are read; a missing final newline is fine") {
    const auto file = parse_env_file("# a comment\n\n  # another\nDOMAIN=example.org\nGF_X=a=b # c\nEMPTY=");
    REQUIRE(file.problems.empty());
    REQUIRE(file.entries.size() == 3);
    CHECK(file.entries[0].key == "DOMAIN");
    CHECK(file.entries[0].value == "example.org");
    CHECK(file.entries[0].line == 4);
    CHECK(file.entries[1].value == "a=b # c");
    CHECK(file.entries[2].value.empty());
    CHECK(parse_env_file("").entries.empty());
}

TEST_CASE("what is no docker environment file is named with its line") {
    CHECK(complaints("\xEF\xBB\xBF"
                     "DOMAIN=a.de\n") ==
          "line 1: the file starts with a byte order mark: save it as UTF-8 without BOM\n");
    CHECK(complaints("\xFF\xFE"
                     "D") == "line 1: the file is UTF-16: save it as UTF-8 without BOM\n");
    CHECK(complaints("# x\r\nDOMAIN=a.de\r\n") ==
          "line 1: the file has Windows line ends (CR LF). Convert it: sed -i 's/\\r$//' settings.env\n");
    CHECK(complaints(std::string_view("A=1\nDOM\0AIN=a.de\n", 16)) ==
          "line 2: there is a NUL byte in the line: this is no text file\n");
    CHECK(complaints(" DOMAIN=a.de") == "line 1: there are spaces before the key; remove them\n");
    CHECK(complaints("export DOMAIN=a.de") == "line 1: this is no shell script; remove 'export '\n");
    CHECK(complaints("DOMAIN: a.de") == "line 1: DOMAIN: write '=' instead of ':'. Example: DOMAIN=value\n");
    CHECK(complaints("DOMAIN: a=b") == "line 1: DOMAIN: write '=' instead of ':'. Example: DOMAIN=value\n");
    CHECK(complaints("DOMAIN = a.de") == "line 1: DOMAIN: there is a space before the '='; remove it\n");
    CHECK(complaints("DOMAIN") == "line 1: DOMAIN: there is no '=' behind the key. Example: DOMAIN=value\n");
    CHECK(complaints("DOMAIN example.org") ==
          "line 1: DOMAIN: there is no '=' behind the key. Example: DOMAIN=value\n");
    CHECK(complaints("$(rm -rf /)") ==
          "line 1: this is neither KEY=value nor a comment. Example: DOMAIN=example.org\n");
    CHECK(complaints("a-b=1") == "line 1: 'a-b' cannot be the name of a setting. Example: DOMAIN=example.org\n");
    CHECK(complaints("=1") == "line 1: '' cannot be the name of a setting. Example: DOMAIN=example.org\n");
    CHECK(complaints("A=1\nB=2\nA=3") == "line 3: A: it is set in line 1 already; keep one of the two\n");
    CHECK(complaints("A=" + std::string(70'000, 'x')) == "line 1: the line is longer than 64 KiB\n");
}

TEST_CASE("a file of 10 MB of rubbish is answered, not run") {
    std::string text;
    while (text.size() < 10'000'000) text += "`id`;$(id) | sh\n";
    CHECK(parse_env_file(text).entries.empty());
}
