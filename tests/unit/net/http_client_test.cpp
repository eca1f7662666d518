#include "net/http_client.h"

#include <doctest/doctest.h>

namespace {

using namespace std::chrono_literals;

const std::chrono::sys_seconds now{std::chrono::sys_days{2026y / 3 / 1}};

std::optional<std::chrono::seconds> wait_of(const char* value) {
    return net::retry_after(net::HttpReply{.status = 429, .headers = {{"retry-after", value}}, .body = {}}, now);
}

}  // namespace

TEST_SUITE("net http_client") {
    TEST_CASE("Retry-After is understood in seconds and as a date") {
        CHECK(wait_of("120") == 120s);
        CHECK(wait_of("0") == 0s);
        CHECK(wait_of("Sun, 01 Mar 2026 00:02:00 GMT") == 120s);
    }

    TEST_CASE("a Retry-After in the past is no wait and one beyond all reason is cut") {
        CHECK(wait_of("Sun, 01 Mar 2020 00:02:00 GMT") == 0s);
        CHECK(wait_of("Sun, 01 Mar 2099 00:02:00 GMT") == 14 * 24h);
        CHECK(wait_of("99999999999999999999999999") == 14 * 24h);
    }

    TEST_CASE("a Retry-After that is absent or nonsense is none") {
        CHECK(wait_of("") == std::nullopt);
        CHECK(wait_of("-5") == std::nullopt);
        CHECK(wait_of("soon") == std::nullopt);
        CHECK(net::retry_after(net::HttpReply{.status = 200, .headers = {}, .body = {}}, now) == std::nullopt);
    }

    TEST_CASE("URLs that are not http, too long or with control characters are refused before anything is sent") {
        net::CurlHttpClient client("test");
        const std::string longest = "https://example.org/" + std::string(3000, 'a');
        for (const std::string& url :
             {std::string(), std::string("file:///etc/passwd"), std::string("example.org"), std::string("http://a b/"),
              std::string("http://a/\r\nX: y"), std::string("http://a/\0b", 11), longest}) {
            const auto reply = client.send({.url = url, .headers = {}, .body = {}, .address = {}, .stop = {}});
            REQUIRE_FALSE(reply);
            CHECK(reply.error().failure == net::HttpFailure::bad_url);
        }
    }
}
