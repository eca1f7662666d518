#include "accounts/alias.h"

#include "accounts/alias_patterns.h"

#include <format>

#include "regexp/regexp.h"
#include "tests/unit/accounts/temporary.h"

using accounts::Alias;

namespace {

const std::set<std::string> users{"boss@example.org", "jens@example.org", "meier@example.net"};

/// The aliases of a good file as "source>target" words.
std::string read(std::string_view text) {
    const auto aliases = accounts::parse_aliases(text, example_site(), users);
    if (!aliases) return accounts::as_error(aliases.error(), "valias").text;
    std::string all;
    for (const auto& alias : aliases->plain) all += alias.source + ">" + alias.target + " ";
    for (const auto& alias : aliases->domains) all += "@" + alias.source + ">@" + alias.target + " ";
    for (const auto& alias : aliases->patterns)
        for (const auto& target : alias.targets) all += "/" + alias.pattern + "/>" + target + " ";
    return all;
}

/// What is wrong with a bad file, one mistake a line.
std::string refused(std::string_view text) {
    const auto aliases = accounts::parse_aliases(text, example_site(), users);
    std::string all;
    if (!aliases)
        for (const auto& problem : aliases.error()) all += std::format("{}: {}\n", problem.line, problem.text);
    return all;
}

}  // namespace

TEST_CASE("an aliases file is read as postmap reads it") {
    CHECK(read("") == "");
    CHECK(read(accounts::empty_aliases_file()) == "");
    CHECK(read("# comment\n\nSales@Example.org jens@example.org\n") == "sales@example.org>jens@example.org ");
    CHECK(read("sales jens") == "sales@example.org>jens@example.org ");
    CHECK(read("sales\tjens,meier@example.net\r\n") ==
          "sales@example.org>jens@example.org sales@example.org>meier@example.net ");
    CHECK(read("sales jens,\n  # between\n  meier@example.net\n") ==
          "sales@example.org>jens@example.org sales@example.org>meier@example.net ");
    CHECK(read("a jens\na meier@example.net") == "a@example.org>jens@example.org a@example.org>meier@example.net ");
    CHECK(read("@example.net jens") == "@example.net>jens@example.org ");
    CHECK(read("root@mail.example.com boss") == "root@mail.example.com>boss@example.org ");
    CHECK(read("news jens+lists@example.org") == "news@example.org>jens+lists@example.org ");
    CHECK(read("out friend@elsewhere.example") == "out@example.org>friend@elsewhere.example ");
    CHECK(read("one postmaster@example.net") == "one@example.org>postmaster@example.net ");
}

TEST_CASE("an account that is also an alias forwards; naming itself adds nothing") {
    CHECK(read("jens jens, jens@elsewhere.example") == "jens@example.org>jens@elsewhere.example ");
    CHECK(read("jens meier@example.net\nmeier@example.net jens") ==
          "jens@example.org>meier@example.net meier@example.net>jens@example.org ");
}

TEST_CASE("commands, files and includes are refused by name") {
    CHECK(refused("a \"|/bin/sh -c id\"") == "1: target '\"|/bin/sh -c id\"': mail is not given to commands here\n");
    CHECK(refused("a |id") == "1: target '|id': mail is not given to commands here\n");
    CHECK(refused("a :include:/etc/passwd") ==
          "1: target ':include:/etc/passwd': files cannot be included; write the addresses here\n");
    CHECK(refused("a /etc/passwd") == "1: target '/etc/passwd': mail is not written to files here\n");
    CHECK(refused("a \"/etc/passwd\"") == "1: target '\"/etc/passwd\"': mail is not written to files here\n");
    CHECK(refused("a @elsewhere.example").contains("a whole domain can only be the target of a whole domain"));
}

TEST_CASE("every mistake is named with its line") {
    CHECK(refused("\n\na b c\nx\n  \ny nobody\n@ jens\nz@elsewhere.example jens\nq: jens\n") ==
          "3: 'b c': separate targets by a comma (a line that starts with a space continues the one before)\n"
          "4: 'x@example.org' has no target\n"
          "6: target 'nobody@example.org' is neither an account nor an alias here; add it with ./user.sh add "
          "nobody@example.org\n"
          "7: '' is not a domain name: it is empty\n"
          "8: domain 'elsewhere.example' is not served here: it is neither DOMAIN nor in ADDITIONAL_DOMAINS\n"
          "9: write 'q:' without ':'\n");
    CHECK(refused("a jens\na jens\n") == "2: 'a@example.org jens@example.org' stands in line 1 already\n");
    CHECK(refused("a jens,") == "1: an empty target: a comma at the end, or two in a row\n");
    CHECK(refused("a jens,,boss") == "1: an empty target: a comma at the end, or two in a row\n");
    CHECK(refused(" a jens") == "1: the line starts with a space, but there is no line before it to continue\n");
    CHECK(refused(std::string_view("a je\0ns", 7)) == "1: there is a NUL byte in the line: this is no text file\n");
    CHECK(refused("\xEF\xBB\xBF"
                  "a jens")
              .contains("byte order mark"));
    CHECK(refused("a '; DROP TABLE accounts; --").contains("1: "));
    CHECK(refused("../x jens").contains("is not a mail address"));
    CHECK(refused("\xff\xfe jens").contains("\\xff\\xfe"));
}

TEST_CASE("a mistake in one alias is not told again for those that lead to it") {
    CHECK(refused("a b\nb |id\n") == "2: target '|id': mail is not given to commands here\n");
}

TEST_CASE("circles are named with their chain") {
    CHECK(refused("a b\nb c\nc a\n") ==
          "3: the aliases run in a circle: a@example.org -> b@example.org -> c@example.org -> a@example.org\n");
    CHECK(refused("a a") == "1: the aliases run in a circle: a@example.org -> a@example.org\n");
    CHECK(refused("a a+x") == "1: the aliases run in a circle: a@example.org -> a@example.org\n");
    CHECK(refused("@example.net x@example.org\nx y@example.net\n").contains("the aliases run in a circle"));
    CHECK(read("a b, c\nb d\nc d\nd jens\n").contains("d@example.org>jens@example.org"));
}

TEST_CASE("a catch-all is not what makes its own target exist") {
    CHECK(refused("@example.org nobody@example.org").contains("neither an account nor an alias"));
    CHECK(read("@example.org jens\ninfo whoever@example.org").contains("info@example.org>whoever@example.org"));
}

TEST_CASE("sizes that Postfix would choke on are refused, ten thousand lines are not") {
    std::string many;
    for (int i = 0; i < 20'000; ++i) many += std::format("alias{} jens\n", i);
    CHECK(accounts::parse_aliases(many, example_site(), users)->size() == 20'000);
    std::string chain = "c0 jens\n";
    for (int i = 1; i < 20'000; ++i) chain += std::format("c{} c{}\n", i, i - 1);
    CHECK(refused(chain).contains("more than 100 aliases"));
    std::string ring = "c0 c19999\n";
    for (int i = 1; i < 20'000; ++i) ring += std::format("c{} c{}\n", i, i - 1);
    CHECK(refused(ring).contains("in a circle"));
    std::string wide = "all jens";
    for (int i = 0; i < 1001; ++i) wide += std::format(", u{}@elsewhere.example", i);
    CHECK(refused(wide) == "1: 'all@example.org' has more than 1000 targets\n");
    CHECK(refused(std::string(10 * 1024 * 1024 + 1, 'x')) == "0: the file is larger than 10 MiB\n");
    std::string rubbish;
    for (int i = 0; i < 300'000; ++i) rubbish += "\"|rm -rf /\"\n";
    CHECK(accounts::parse_aliases(rubbish, example_site(), users).error().size() == 101);
}

TEST_CASE("all names of a domain can be those of another domain that has users") {
    CHECK(read("@example.net @Example.ORG") == "@example.net>@example.org ");
    CHECK(read("@example.net @example.org\nsales jens@example.net") ==
          "sales@example.org>jens@example.net @example.net>@example.org ");
    CHECK(refused("@example.net @example.org\nsales nobody@example.net").contains("neither an account nor an alias"));
    CHECK(refused("@example.net @example.net").contains("or to itself"));
    CHECK(refused("@example.net @example.org\n@example.org @example.net").contains("name the last one"));
    CHECK(refused("@example.net @example.org\n@example.net jens").contains("takes all mail of the domain"));
    CHECK(refused("@example.net @elsewhere.example").contains("not served here"));
    CHECK(refused("@elsewhere.example @example.org").contains("not served here"));
    CHECK(refused("@example.net @example.org, jens").contains("a whole domain can only"));
    CHECK(refused("@example.net @example.org\nx@example.org y@example.net\ny@example.org x@example.net")
              .contains("in a circle"));
}

TEST_CASE("a pattern leads to accounts, aliases and elsewhere") {
    CHECK(read("/jens-[0-9]+@example\\.org/ jens, x@elsewhere.example\n") ==
          "/jens-[0-9]+@example\\.org/>jens@example.org /jens-[0-9]+@example\\.org/>x@elsewhere.example ");
    CHECK(refused("/jens(/ jens").starts_with("1: pattern '/jens(/': "));
    CHECK(refused("/jens jens").contains("between two slashes"));
    CHECK(refused("// jens").contains("between two slashes"));
    CHECK(refused("/a/b/ jens").contains("write a slash inside of it as"));
    CHECK(refused("/a\\/ jens").contains("a backslash at the end"));
    CHECK(refused("/\xC3\xA4@example.org/ jens").contains("visible ASCII"));
    CHECK(refused("/a@example.org/").contains("no target"));
    CHECK(refused("/a@example.org/ nobody").contains("neither an account nor an alias"));
    CHECK(refused("/a@example.org/ |/bin/sh").contains("mail is not given to commands"));
    CHECK(refused("/" + std::string(501, 'a') + "/ jens").contains("longer than 500"));
    std::string many;
    for (int i = 0; i < 201; ++i) many += std::format("/a{}@example.org/ jens\n", i);
    CHECK(refused(many).contains("more than 200 patterns"));
}

TEST_CASE("a pattern counts as a whole, in served domains only, and gives up instead of standing still") {
    const auto matches = [](const std::string& pattern, const std::string& address) {
        return regexp::matches(accounts::bounded_pattern(pattern, example_site()), address);
    };
    CHECK(matches("jens-[0-9]+@example\\.org", "Jens-17@example.org"));
    CHECK(matches("^jens-.*$", "jens-x@example.net"));
    CHECK_FALSE(matches("jens", "jens@example.org"));
    CHECK_FALSE(matches(".*", "jens@elsewhere.example"));
    CHECK_FALSE(matches("a|.*", "jens@elsewhere.example"));
    CHECK_FALSE(matches(".*", "jens@exampleXorg"));
    CHECK_FALSE(matches("(a+)+@x", std::string(60, 'a') + "@example.org"));
}

TEST_CASE("Postfix gets the patterns as tables: targets, and who may send") {
    const auto tables = accounts::pattern_tables(
        {{"a.*", {"jens@example.org", "x@elsewhere.example"}}, {"b.*", {"jens@example.org"}}}, example_site());
    const auto a = "/" + accounts::bounded_pattern("a.*", example_site()) + "/ jens@example.org, x@elsewhere.example\n";
    const auto b = "/" + accounts::bounded_pattern("b.*", example_site()) + "/ jens@example.org\n";
    CHECK(tables.recipients.ends_with(a + b));
    CHECK(tables.senders.ends_with("lost.\n" + b));
}

TEST_CASE("a detail begins at the first delimiter there is") {
    CHECK(accounts::without_detail("jens+a-b@example.org", "-+") == "jens@example.org");
    CHECK(accounts::without_detail("jens+a@ex-ample.org", "-") == "jens+a@ex-ample.org");
    CHECK(accounts::without_detail("_jens_a@example.org", "_") == "_jens_a@example.org");
    CHECK(accounts::without_detail("jens+a@example.org", "") == "jens+a@example.org");
    CHECK(accounts::without_detail("@example.org", "+") == "@example.org");
}
