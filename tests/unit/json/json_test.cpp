#include "json/json.h"

#include <doctest/doctest.h>

TEST_CASE("a value survives dump and parse, members in order") {
    const auto value = json::object({{"z", 1}, {"a", json::array({true, nullptr, "x\"\n\xc3\xbc", -2.5})}});
    CHECK(json::dump(value) == "{\"z\":1,\"a\":[true,null,\"x\\\"\\n\xc3\xbc\",-2.5]}");
    CHECK(*json::parse(json::dump(value)) == value);
    CHECK(*json::parse(json::dump(value, 2)) == value);
}

TEST_CASE("empty containers and big numbers") {
    CHECK(json::dump(json::array()) == "[]");
    CHECK(json::dump(json::object()) == "{}");
    CHECK((*json::parse("[9007199254740993]")).items()[0].number() == 9007199254740993);
    CHECK(json::dump(*json::parse("[9223372036854775807]")) == "[9223372036854775807]");
}

TEST_CASE("reading a value as something else gives the empty value") {
    const auto value = *json::parse(R"({"a": {"b": "c"}, "n": 7})");
    CHECK(value["a"]["b"].text() == "c");
    CHECK(value["a"]["x"]["y"].is_null());
    CHECK(value["n"].text().empty());
    CHECK(value["n"].items().empty());
    CHECK_FALSE(value.has("b"));
}

TEST_CASE("hostile JSON is an error, not a crash") {
    for (const char* bad : {"", "{", "[1,]", "{\"a\":}", "nul", "{\"a\" 1}", "\"\\x\"", "[1] x"})
        CHECK_MESSAGE(!json::parse(bad), bad);
    CHECK(!json::parse(std::string(100'000, '[')));
    CHECK(!json::parse(std::string("{\0}", 3)));
}
