#include "acme/objects.h"

#include <doctest/doctest.h>

namespace {

using namespace std::chrono_literals;

json::Value parsed(const std::string& text) {
    return json::parse(text).value();
}

const std::string good_order =
    R"({"status":"pending","authorizations":["https://ca.test/a"],"finalize":"https://ca.test/f"})";

std::string challenge_with(const std::string& token, const std::string& url) {
    return R"({"status":"pending","identifier":{"value":"mail.example.org"},"challenges":[{"type":"http-01","url":")" +
           url + R"(","token":")" + token + R"(","status":"pending"}]})";
}

}  // namespace

TEST_SUITE("acme objects") {
    TEST_CASE("times of RFC 3339 are understood with fractions and offsets") {
        const base::SystemTime noon{std::chrono::sys_days{2026y / 3 / 1} + 12h};
        CHECK(acme::parse_time("2026-03-01T12:00:00Z") == noon);
        CHECK(acme::parse_time("2026-03-01T12:00:00.123456789Z") == noon);
        CHECK(acme::parse_time("2026-03-01T14:00:00+02:00") == noon);
        CHECK(acme::parse_time("2026-03-01T06:30:00.5-05:30") == noon);
    }

    TEST_CASE("what is no time is none") {
        for (const char* bad : {"", "2026-03-01", "2026-02-30T12:00:00Z", "2026-03-01T25:00:00Z", "2026-03-01T12:00:00",
                                "2026-03-01T12:00:00+2", "2026-03-01T12:00:00+99:00", "2026-03-01 12:00:00Z",
                                "20x6-03-01T12:00:00Z", "2026-03-01T12:00:00.", "2026-03-01T12:00:00ZZ"})
            CHECK_MESSAGE(!acme::parse_time(bad), bad);
    }

    TEST_CASE("only plain https URLs are usable") {
        CHECK(acme::usable_url("https://ca.test/x?y=z"));
        for (const std::string& bad : {std::string("http://ca.test/"), std::string(""),
                                       std::string("file:///etc/passwd"), std::string("https://ca.test/\r\nX"),
                                       std::string("https://ca.test/a b"), "https://ca.test/" + std::string(3000, 'a')})
            CHECK_FALSE(acme::usable_url(bad));
    }

    TEST_CASE("an order is read with its URLs") {
        const auto order = acme::parse_order(parsed(good_order), "https://ca.test/o").value();
        CHECK(order.status == acme::OrderStatus::pending);
        CHECK(order.authorizations == std::vector<std::string>{"https://ca.test/a"});
    }

    TEST_CASE("orders that cannot be used are refused") {
        CHECK_FALSE(acme::parse_order(parsed(good_order), ""));
        CHECK_FALSE(
            acme::parse_order(parsed(R"({"status":"new","finalize":"https://ca.test/f"})"), "https://ca.test/o"));
        CHECK_FALSE(acme::parse_order(parsed(R"({"status":"pending"})"), "https://ca.test/o"));
        CHECK_FALSE(
            acme::parse_order(parsed(R"({"status":"valid","finalize":"https://ca.test/f"})"), "https://ca.test/o"));
        CHECK_FALSE(acme::parse_order(
            parsed(R"({"status":"pending","finalize":"https://ca.test/f","authorizations":["http://internal/"]})"),
            "https://ca.test/o"));
    }

    TEST_CASE("a token that could leave its folder is refused") {
        CHECK(
            acme::parse_authorization(parsed(challenge_with("abc-_09", "https://ca.test/c"))).value().http_01->token ==
            "abc-_09");
        for (const char* token : {"", "../../etc/passwd", "a/b", "a.b", "a%2fb", "a b"})
            CHECK_FALSE(acme::parse_authorization(parsed(challenge_with(token, "https://ca.test/c"))));
        CHECK_FALSE(acme::parse_authorization(parsed(challenge_with(std::string(300, 'a'), "https://ca.test/c"))));
        CHECK_FALSE(acme::parse_authorization(parsed(challenge_with("abc", "http://127.0.0.1/"))));
    }

    TEST_CASE("an authorization without http-01 has no challenge for us") {
        const auto authorization = acme::parse_authorization(
            parsed(R"({"status":"pending","challenges":[{"type":"dns-01","token":"x","url":"https://ca.test/"}]})"));
        CHECK_FALSE(authorization.value().http_01);
    }

    TEST_CASE("a renewal window that ends before it starts is no answer") {
        CHECK(acme::parse_renewal_info(
            parsed(R"({"suggestedWindow":{"start":"2026-03-01T00:00:00Z","end":"2026-03-02T00:00:00Z"}})")));
        CHECK_FALSE(acme::parse_renewal_info(
            parsed(R"({"suggestedWindow":{"start":"2026-03-02T00:00:00Z","end":"2026-03-01T00:00:00Z"}})")));
        CHECK_FALSE(acme::parse_renewal_info(parsed(R"({"suggestedWindow":{"start":1,"end":[]}})")));
        CHECK_FALSE(acme::parse_renewal_info(parsed("[]")));
    }

    TEST_CASE("a directory needs its three URLs") {
        CHECK_FALSE(acme::parse_directory(parsed("{}")));
        CHECK_FALSE(acme::parse_directory(parsed(
            R"({"newNonce":"https://ca.test/n","newAccount":"http://ca.test/a","newOrder":"https://ca.test/o"})")));
    }
}
