#include "policy/mail_addresses.h"

#include <doctest/doctest.h>

using policy::addresses_in;
using Set = std::set<std::string>;

TEST_CASE("every form of an address is read") {
    struct {
        std::string_view value;
        Set addresses;
    } const cases[] = {
        {"", {}},
        {"bob@a.example", {"bob@a.example"}},
        {" Bob@A.Example ", {"bob@a.example"}},
        {"Bob <bob@a.example>", {"bob@a.example"}},
        {"\"Bob, the (real) <one>\" <bob@a.example>", {"bob@a.example"}},
        {"bob@a.example (Bob)", {"bob@a.example"}},
        {"bob(x(y)z) @ (q) a . example", {"bob@a.example"}},
        {"\"bob\"@a.example", {"bob@a.example"}},
        {"\"b\\ob\"@a.example", {"bob@a.example"}},
        {"<@relay.example,@other.example:bob@a.example>", {"bob@a.example"}},
        {"bob@a.example.", {"bob@a.example"}},
        {"bob@[192.0.2.1]", {"bob@192.0.2.1"}},
        {"\"a@b\"@a.example", {"a@b@a.example"}},
        // several, groups
        {"a@a.example, b@a.example;c@a.example", {"a@a.example", "b@a.example", "c@a.example"}},
        {"Team: a@a.example, B <b@a.example>;, c@a.example", {"a@a.example", "b@a.example", "c@a.example"}},
        {"Nobody:;", {}},
        {",,,", {}},
        {"<>", {}},
        {"<a@a.example> <b@a.example> c@a.example", {"a@a.example", "b@a.example", "c@a.example"}},
        // a display name is no address …
        {"\"bob@a.example\" <me@a.example>", {"me@a.example"}},
        {"Shop (bob@a.example) <me@a.example>", {"me@a.example"}},
        {"=?utf-8?q?bob=40a.example?= <me@a.example>", {"me@a.example"}},
        // … unless it is written like one, or there is no other
        {"bob@a.example <me@a.example>", {"bob@a.example", "me@a.example"}},
        {"\"bob@a.example\"", {"bob@a.example"}},
        {"(bob@a.example)", {"bob@a.example"}},
        {"me@a.example, \"bob@a.example\"", {"bob@a.example", "me@a.example"}},
        {"\"bob@a.example\" <>", {"bob@a.example"}},
        {"\"bob@a.example\" <nobody>", {"bob@a.example"}},
        // what does not close
        {"\"Bob <bob@a.example>", {"bob@a.example"}},
        {"me@a.example (Bob <bob@a.example>", {"bob@a.example", "me@a.example"}},
        {"me@a.example, <bob@a.example", {"bob@a.example", "me@a.example"}},
        {"Bob \\<bob@a.example>", {"bob@a.example"}},
        {"[me <bob@a.example>", {"bob@a.example"}},
        {"@", {}},
        {"bob@", {}},
        {"@a.example", {}},
    };
    for (const auto& [value, addresses] : cases) {
        CAPTURE(value);
        CHECK(addresses_in(value).addresses == addresses);
        CHECK_FALSE(addresses_in(value).encoded);
    }
}

TEST_CASE("an encoded word where an address belongs is seen") {
    for (const std::string_view value :
         {"=?utf-8?q?bob=40a.example?=", "<=?utf-8?q?bob=40a.example?=>", "Bob <=?utf-8?q?bob?=@a.example>",
          "bob@=?utf-8?q?a.example?=", "me@a.example, =?utf-8?b?Ym9iQGEuZXhhbXBsZQ==?=",
          "\"=?utf-8?q?bob=40a.example?=\"", "\"=?utf-8?q?bob=40a.example?= <me@a.example>"}) {
        CAPTURE(value);
        CHECK(addresses_in(value).encoded);
    }
    for (const std::string_view value :
         {"=?utf-8?q?J=C3=BCrgen?= <me@a.example>", "me@a.example (=?utf-8?q?J=C3=BCrgen?=)",
          "=?utf-8?q?J=C3=BCrgens_Leute?=: me@a.example;", "\"=?utf-8?q?J=C3=BCrgen?=\" <me@a.example>"}) {
        CAPTURE(value);
        CHECK_FALSE(addresses_in(value).encoded);
        CHECK(addresses_in(value).addresses == Set{"me@a.example"});
    }
}

TEST_CASE("a long hostile header costs little") {
    std::string value;
    for (int i = 0; i < 20'000; ++i) value += i % 2 ? "(\"<" : "a@b,";
    CHECK(addresses_in(value).addresses.contains("a@b"));
    CHECK(addresses_in(std::string(100'000, '@')).addresses.empty());
    CHECK(addresses_in(std::string(100'000, '(')).addresses.empty());
    CHECK(addresses_in(std::string(100'000, 'a') + "@b").addresses.size() == 1);
}
