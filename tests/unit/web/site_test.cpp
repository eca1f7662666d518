#include "web/site.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace {

web::Site site() {
    return {.settings = {.domain = *base::Domain::parse("example.org"),
                         .hostname = *base::Hostname::parse("mail.example.org"),
                         .admin_email = *base::EmailAddress::parse("admin@example.org")},
            .find_challenge = [](std::string_view token) -> std::optional<std::string> {
                if (token == "abc-_1") return "abc-_1.thumbprint";
                return std::nullopt;
            }};
}

std::string header(const net::HttpResponse& response, const std::string& name) {
    for (const auto& [key, value] : response.headers)
        if (key == name) return value;
    return "";
}

net::HttpRequest get(std::string target) {
    return {.method = "GET", .target = std::move(target), .host = "evil.example"};
}

}  // namespace

TEST_CASE("a waiting challenge is answered with its key authorization") {
    const auto answer = answer_http(get("/.well-known/acme-challenge/abc-_1"), site());
    CHECK(answer.status == 200);
    CHECK(answer.body == "abc-_1.thumbprint");
}

TEST_CASE("other and hostile challenge tokens are not found") {
    for (const char* token : {"", "other", "../../etc/passwd", "abc-_1/", "abc-_1?x", "%00"})
        CHECK(answer_http(get(std::string("/.well-known/acme-challenge/") + token), site()).status == 404);
}

TEST_CASE("everything else on port 80 goes to HTTPS on our own name, never to the Host field") {
    CHECK(header(answer_http(get("/monitoring/?a=b"), site()), "Location") ==
          "https://mail.example.org/monitoring/?a=b");
    auto custom = site();
    custom.https_port = "8443";
    CHECK(header(answer_http(get("/"), custom), "Location") == "https://mail.example.org:8443/");
    CHECK(header(answer_http(get("/a\r\nSet-Cookie: x"), site()), "Location") == "https://mail.example.org/");
}

TEST_CASE("only GET and HEAD are possible") {
    for (const char* method : {"POST", "PUT", "DELETE", "CONNECT", "TRACE", ""}) {
        CHECK(answer_http({.method = method, .target = "/"}, site()).status == 405);
        CHECK(answer_https({.method = method, .target = "/"}, site()).status == 405);
    }
}

TEST_CASE("the HTTPS page names the server and the ports, other paths are not found") {
    const auto page = answer_https(get("/"), site());
    CHECK(page.body.contains("<td>mail.example.org</td><td>993</td>"));
    CHECK(answer_https(get("/style.css"), site()).content_type == "text/css; charset=utf-8");
    CHECK(answer_https(get("/../etc/passwd"), site()).status == 404);
}

TEST_CASE("the account page is there, and named, only when it is offered") {
    auto offered = site();
    offered.account = [](const net::HttpRequest& request) {
        return net::HttpResponse{.body = "account " + request.method, .headers = {}};
    };
    for (const char* target : {"/account", "/account/", "/account?x", "/account/login"}) {
        CHECK(answer_https({.method = "POST", .target = target}, offered).body == "account POST");
        CHECK(answer_https(get(target), site()).status == 404);
    }
    CHECK(answer_https(get("/accounts"), offered).status == 404);
    CHECK(answer_https(get("/"), offered).body.contains("href=\"/account/\""));
    CHECK_FALSE(answer_https(get("/"), site()).body.contains("/account/"));
}
