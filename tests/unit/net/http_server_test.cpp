#include "net/http_server.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <format>

#include "net/http_client.h"
#include "tests/unit/temporary_folder.h"

namespace {

/// Says back what it was asked.
net::HttpServer echo() {
    auto server =
        net::HttpServer::start({.port = 0, .threads = 4, .largest_body = 1000}, [](const net::HttpRequest& request) {
            return net::HttpResponse{.status = 203,
                                     .body = request.method + " " + request.target + " " + request.body,
                                     .headers = {{"X-Host", request.host}}};
        });
    REQUIRE(server);
    return std::move(*server);
}

net::HttpResult ask(const net::HttpServer& server, net::HttpCall call) {
    call.url = std::format("http://127.0.0.1:{}{}", server.port(), call.url);
    return net::CurlHttpClient("test").send(call);
}

}  // namespace

TEST_CASE("method, target, host and body reach the handler, its answer the client") {
    const auto server = echo();
    const auto reply = ask(server, {.method = "POST", .url = "/a?b=c", .body = "text"});
    REQUIRE(reply);
    CHECK(reply->status == 203);
    CHECK(reply->body == "POST /a?b=c text");
    CHECK(reply->header("x-host").starts_with("127.0.0.1:"));
}

TEST_CASE("HEAD has the headers of GET and no body") {
    const auto server = echo();
    const auto reply = ask(server, {.method = "HEAD", .url = "/"});
    REQUIRE(reply);
    CHECK(reply->status == 203);
    CHECK(reply->header("content-length") == "7");
    CHECK(reply->body.empty());
}

TEST_CASE("a body over the limit is refused") {
    const auto server = echo();
    const auto reply = ask(server, {.method = "POST", .url = "/", .body = std::string(1001, 'x')});
    REQUIRE(reply);
    CHECK(reply->status == 413);
}

TEST_CASE("an identity needs a key with its certificate, and keeps the old pair when a new one is bad") {
    const tests::TemporaryFolder folder;
    net::TlsIdentity identity;
    CHECK_FALSE(identity.load(folder.path() / "missing.pem"));
    CHECK_FALSE(identity.load("/dev/null"));
    CHECK(identity.pair_for("") == nullptr);
}

TEST_CASE("headers reach the handler; on loopback only 127.0.0.1 is served") {
    auto server = net::HttpServer::start({.port = 0, .loopback = true, .threads = 2}, [](const auto& request) {
        return net::HttpResponse{
            .body = std::string(request.header("x-key")) + "|" + std::string(request.header("x-other")), .headers = {}};
    });
    REQUIRE(server);
    const auto reply = ask(*server, {.url = "/", .headers = {{"X-Key", "sesame"}}});
    REQUIRE(reply);
    CHECK(reply->body == "sesame|");
    const auto other = net::CurlHttpClient("test").send({.url = std::format("http://127.0.0.2:{}/", server->port())});
    CHECK_FALSE(other);
}

TEST_CASE("a body over the limit is refused also when nobody said how long it is") {
    const auto server = echo();
    const auto reply = ask(
        server,
        {.method = "POST", .url = "/", .headers = {{"Transfer-Encoding", "chunked"}}, .body = std::string(1001, 'x')});
    REQUIRE(reply);
    CHECK(reply->status == 413);
}

TEST_CASE("headers reach the handler with names in lower case, cookies are found in them") {
    const net::HttpRequest request{.target = "/a/b?c=/d",
                                   .headers = {{"cookie", "a=1; __Host-x=y=z ;b="}, {"cookie", "twice=1; twice=2"}}};
    CHECK(request.path() == "/a/b");
    CHECK(request.cookie("__Host-x") == "y=z");
    CHECK(request.cookie("b") == "");
    CHECK(request.cookie("c") == std::nullopt);
    CHECK(request.cookie("twice") == std::nullopt);

    auto server = net::HttpServer::start({.port = 0}, [](const net::HttpRequest& asked) {
        return net::HttpResponse{.body = std::string(asked.header("x-some")), .headers = {}};
    });
    REQUIRE(server);
    const auto reply = ask(*server, {.method = "GET", .url = "/", .headers = {{"X-Some", "value"}}});
    REQUIRE(reply);
    CHECK(reply->body == "value");
}

TEST_CASE("an answer keeps headers of the same name apart, and none gets a second line") {
    auto server = net::HttpServer::start({.port = 0}, [](const net::HttpRequest& asked) {
        const std::string evil = asked.target == "/" ? "" : "\r\nX-Evil: 1";
        return net::HttpResponse{.body = "x", .headers = {{"Set-Cookie", "a=1"}, {"Set-Cookie", "b=2" + evil}}};
    });
    REQUIRE(server);
    const auto reply = ask(*server, {.method = "GET", .url = "/"});
    REQUIRE(reply);
    CHECK(std::ranges::count_if(reply->headers, [](const auto& one) { return one.first == "set-cookie"; }) == 2);
    const auto refused = ask(*server, {.method = "GET", .url = "/evil"});
    REQUIRE(refused);
    CHECK(refused->status == 500);
    CHECK(refused->header("x-evil").empty());
}
