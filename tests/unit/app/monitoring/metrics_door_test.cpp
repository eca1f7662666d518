#include "app/monitoring/metrics_door.h"

#include <doctest/doctest.h>

#include <fstream>

#include "tests/unit/temporary_folder.h"

namespace {

const base::Secret token("0123456789abcdef");

net::HttpResponse ask(std::string method, std::string target, std::string authorization) {
    const std::vector<app::Route> routes{
        {"GET", "/metrics", [](const auto&) { return net::HttpResponse{.body = "figures", .headers = {}}; }},
        {"POST", "/alerts",
         [](const auto& request) { return net::HttpResponse{.body = request.body, .headers = {}}; }}};
    net::HttpRequest request{.method = std::move(method), .target = std::move(target), .body = "alarm", .headers = {}};
    if (!authorization.empty()) request.headers.emplace_back("authorization", std::move(authorization));
    return app::answer_at_door(request, token, routes);
}

}  // namespace

TEST_SUITE("metrics door") {
    TEST_CASE("nobody is answered without the token") {
        for (const auto* shown : {"", "Bearer", "Bearer ", "Bearer 0123456789abcde", "Bearer 0123456789abcdef0",
                                  "Basic 0123456789abcdef", "0123456789abcdef", "Bearer  x"})
            for (const auto* target : {"/metrics", "/alerts", "/nothing"})
                CHECK(ask("GET", target, shown).status == 401);
        net::HttpRequest request{.method = "GET", .target = "/metrics", .headers = {{"authorization", "Bearer "}}};
        CHECK(app::answer_at_door(request, base::Secret(), {}).status == 401);
    }

    TEST_CASE("with it each route answers its own method and path") {
        const std::string good = "bearer 0123456789abcdef";
        CHECK(ask("GET", "/metrics", good).body == "figures");
        CHECK(ask("HEAD", "/metrics?x=1", good).status == 200);
        CHECK(ask("POST", "/alerts", "Bearer 0123456789abcdef").body == "alarm");
        CHECK(ask("GET", "/metrics/", good).status == 404);
        CHECK(ask("GET", "/", good).status == 404);
        const auto refused = ask("GET", "/alerts", good);
        CHECK(refused.status == 405);
        CHECK(refused.headers == decltype(refused.headers){{"Allow", "POST"}});
    }

    TEST_CASE("the token is the first line of its file") {
        const tests::TemporaryFolder folder;
        CHECK(!app::read_metrics_token(folder.path() / "token"));
        std::ofstream(folder.path() / "token") << "abc\n";
        CHECK(app::read_metrics_token(folder.path() / "token").value().reveal() == "abc");
    }
}
