#include "web/form.h"

#include <doctest/doctest.h>

#include <random>

#include "base/text.h"

namespace {

base::Result<web::Form> parse(std::string body, std::string type = "application/x-www-form-urlencoded") {
    return web::parse_form(
        {.method = "POST", .target = "/", .body = std::move(body), .headers = {{"content-type", std::move(type)}}});
}

}  // namespace

TEST_CASE("fields are decoded") {
    const auto form =
        parse("a=1&b=x+y%26%3d%C3%BC&empty=&bare&=nameless", "Application/X-WWW-Form-Urlencoded; charset=UTF-8");
    REQUIRE(form);
    CHECK(form->get("a") == "1");
    CHECK(form->get("b") == "x y&=ü");
    CHECK(form->has("empty"));
    CHECK(form->has("bare"));
    CHECK(form->get("") == "nameless");
    CHECK_FALSE(form->has("none"));
    CHECK(form->get("none").empty());
    CHECK(parse(""));
}

TEST_CASE("a form no page of ours sends is refused whole") {
    for (const char* body : {"a=1&a=2", "a=%0", "a=%", "a=%zz", "a=%00", "a=x%0d%0aSet-Cookie: b", "a%0a=x", "a=%ff",
                             "a=%ed%a0%80", "a=%c0%af", "a=%e2%80%ae", "a=\x01"})
        CHECK_MESSAGE(!parse(body), body);
    CHECK_FALSE(parse(std::string("a=\0", 3)));
    for (const char* type : {"", "multipart/form-data; boundary=x", "application/json", "text/plain"})
        CHECK_FALSE(parse("a=1", type));
    std::string many;
    for (int i = 0; i < 33; ++i) many += "f" + std::to_string(i) + "=&";
    CHECK_FALSE(parse(many));
}

TEST_CASE("a long form is read or refused like a short one") {
    CHECK(parse("a=" + std::string(60'000, 'x')));
    CHECK_FALSE(parse(std::string(60'000, '%')));
    CHECK(parse(std::string(60'000, '&')));
}

TEST_CASE("whatever is sent, what is read is clean text") {
    std::mt19937 random(1);
    constexpr std::string_view alphabet = "a=&%+0dAf;\xC3\xBC\r\n\0\xFF";
    for (int round = 0; round < 20'000; ++round) {
        std::string body;
        for (auto length = random() % 24; length > 0; --length)
            body += round % 2 ? static_cast<char>(random()) : alphabet[random() % alphabet.size()];
        const auto form = parse(body);
        if (!form) continue;
        for (const char* name : {"", "a", "0", "d"}) {
            const auto value = form->get(name);
            CHECK(base::printable(value, value.size()) == value);
        }
    }
}
