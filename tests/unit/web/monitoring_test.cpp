#include "web/monitoring.h"

#include <doctest/doctest.h>

#include "crypto/digest.h"
#include "tests/unit/web/fixture.h"
#include "web/monitoring_rules.h"

namespace {

struct FakeHouse final : web::MonitoringHouse {
    std::vector<web::Forward> asked;
    int tries = 0, dns_checks = 0;
    bool store_is_away = false;

    bool is_login(const std::string& name, const base::Secret& password, const std::string&) override {
        ++tries;
        return name == "mail" && password.reveal() == "right";
    }
    base::Result<net::HttpResponse> ask_store(const web::Forward& request) override {
        asked.push_back(request);
        if (store_is_away) return base::fail("The monitoring does not run.");
        return net::HttpResponse{.content_type = "application/json", .body = "{}"};
    }
    base::Result<net::HttpResponse> ask_filter(const web::Forward& request) override {
        asked.push_back(request);
        return net::HttpResponse{.content_type = "text/html", .body = "filter"};
    }
    base::Result<> check_dns() override {
        ++dns_checks;
        return {};
    }
};

struct Fixture {
    tests::StillClock clock;
    FakeHouse house;
    web::MonitoringSite site = make({});
    std::string cookie;

    web::MonitoringSite make(web::MonitoringOptions options) {
        options.origins = {"https://mail.example.org"};
        return {options,
                web::StaticFiles({{"index.html", "<viewer>"}, {"viewer.js", "js"}, {"dashboards/main.json", "{}"}}),
                house, clock};
    }
    net::HttpResponse send(net::HttpRequest request) {
        request.client = "192.0.2.1";
        request.host = "mail.example.org";
        if (!cookie.empty()) request.headers.emplace_back("cookie", cookie);
        return site.answer(request);
    }
    net::HttpResponse get(std::string target) { return send({.method = "GET", .target = std::move(target)}); }
    net::HttpResponse post(std::string target, std::string body = {}, std::string from = "same-origin") {
        return send(
            {.method = "POST",
             .target = std::move(target),
             .body = std::move(body),
             .headers = {{"content-type", "application/x-www-form-urlencoded"}, {"sec-fetch-site", std::move(from)}}});
    }
    net::HttpResponse log_in(const std::string& password = "right", const std::string& more = {}) {
        auto answer = post("/monitoring/api/login", "user=mail&password=" + password + more);
        const auto set = header(answer, "Set-Cookie");
        if (!set.empty()) cookie = set.substr(0, set.find(';'));
        return answer;
    }
    static std::string header(const net::HttpResponse& answer, std::string_view name) {
        for (const auto& [field, value] : answer.headers)
            if (field == name) return value;
        return {};
    }
};

}  // namespace

TEST_CASE("of the store only questions that read can be asked") {
    for (const std::string path : {"query", "query_range", "labels", "label/job/values", "series", "metadata", "rules",
                                   "alerts", "status/buildinfo"})
        CHECK(web::is_store_question("/monitoring/api/prom/api/v1/" + path));
    for (const std::string path :
         {"admin/tsdb/delete_series", "import", "import/prometheus", "write", "export", "query/", "query/../import",
          "label/a/b/values", "label//values", "label/../values", "label/%2e/values", "label/values", "Query", "",
          "status/tsdb", "query?x", "status/config"}) {
        CAPTURE(path);
        CHECK_FALSE(web::is_store_question("/monitoring/api/prom/api/v1/" + path));
    }
    CHECK_FALSE(web::is_store_question("/monitoring/api/prom/internal/force_merge"));
    CHECK_FALSE(web::is_store_question("/monitoring/api/prom/-/reload"));
    CHECK_FALSE(web::is_store_question("/api/v1/query"));
}

TEST_CASE("after the login nobody is sent away from this server") {
    CHECK(web::page_after_login("/monitoring/d/dnsy/dns-sanity?from=now-6h&to=now") ==
          "/monitoring/d/dnsy/dns-sanity?from=now-6h&to=now");
    CHECK(web::page_after_login("/rspamd/") == "/rspamd/");
    for (const auto* wanted :
         {"", "https://evil.example/", "//evil.example/monitoring/", "/monitoring//evil", "/monitoring/../account",
          "/monitoring/\\evil", "/monitoring/\r\nSet-Cookie: x", "/account/", "/monitoring", "/monitoring/api/logout",
          "/monitoring/login?next=/", "/monitoring/%2e%2e/", "javascript:alert(1)"}) {
        CAPTURE(wanted);
        CHECK(web::page_after_login(wanted) == "/monitoring/");
    }
}

TEST_CASE_FIXTURE(Fixture, "without a login there is a login page, and nothing else") {
    for (const auto* page : {"/monitoring/", "/monitoring/d/dnsy/dns-sanity", "/rspamd/", "/monitoring/login"})
        CHECK(get(page).body.contains("name=\"password\""));
    CHECK(get("/monitoring/d/dnsy/x?from=now-1h").body.contains("value=\"/monitoring/d/dnsy/x?from=now-1h\""));
    for (const auto* inside : {"/monitoring/viewer.js", "/monitoring/dashboards/main.json", "/rspamd/stat",
                               "/monitoring/api/prom/api/v1/query?query=1", "/monitoring/api/x"}) {
        CAPTURE(inside);
        CHECK(get(inside).status == 401);
    }
    CHECK(post("/monitoring/api/dns/check").status == 401);
    CHECK(post("/rspamd/saveactions").status == 401);
    CHECK(house.asked.empty());
    CHECK(house.dns_checks == 0);
}

TEST_CASE_FIXTURE(Fixture, "a login opens the dashboards, the store's questions and the filter's pages") {
    const auto answer = log_in("right", "&next=%2Fmonitoring%2Fd%2Fdnsy%2Fx");
    CHECK(answer.status == 303);
    CHECK(header(answer, "Location") == "/monitoring/d/dnsy/x");
    CHECK(header(answer, "Set-Cookie").ends_with("; Path=/; Secure; HttpOnly; SameSite=Strict"));
    CHECK(get("/monitoring/").body == "<viewer>");
    CHECK(get("/monitoring/d/dnsy/x").body == "<viewer>");
    CHECK(get("/monitoring/viewer.js").body == "js");
    CHECK(get("/monitoring/dashboards/main.json").body == "{}");
    CHECK(header(get("/monitoring/"), "Content-Security-Policy").contains("default-src 'self'"));
    CHECK(get("/monitoring/api/prom/api/v1/query?query=up").status == 200);
    CHECK(house.asked.back().target == "/api/v1/query?query=up");
    CHECK(post("/monitoring/api/prom/api/v1/query", "query=up").status == 200);
    CHECK(house.asked.back().body == "query=up");
    CHECK(get("/rspamd/").body == "filter");
    CHECK(house.asked.back().target == "/");
    CHECK(post("/monitoring/api/dns/check").status == 202);
    CHECK(house.dns_checks == 1);
    CHECK(header(get("/monitoring/login"), "Location") == "/monitoring/");

    CHECK(header(post("/monitoring/api/logout"), "Location") == "/monitoring/login");
    CHECK(get("/monitoring/viewer.js").status == 401);
}

TEST_CASE_FIXTURE(Fixture, "with a login, too, only known files are served and known questions passed on") {
    log_in();
    for (const auto* path : {"/monitoring/../etc/passwd", "/monitoring/%2e%2e/x", "/monitoring/dashboards/",
                             "/monitoring/dashboards/../index.html", "/monitoring/x", "/rspamd/../x", "/rspamd/%2e",
                             "/monitoring/api/prom/api/v1/import", "/monitoring/api/", "/monitoring/index.html/"}) {
        CAPTURE(path);
        CHECK(get(path).status == 404);
    }
    CHECK(house.asked.empty());
    CHECK(send({.method = "PUT", .target = "/monitoring/"}).status == 405);
    CHECK(post("/monitoring/").status == 405);
    CHECK(get("/monitoring/api/dns/check").status == 405);
}

TEST_CASE_FIXTURE(Fixture, "nothing is changed from elsewhere") {
    CHECK(post("/monitoring/api/login", "user=mail&password=right", "cross-site").status == 403);
    CHECK(house.tries == 0);
    log_in();
    for (const auto* path : {"/monitoring/api/dns/check", "/monitoring/api/logout", "/rspamd/saveactions"})
        CHECK(post(path, {}, "cross-site").status == 403);
    CHECK(house.dns_checks == 0);
    CHECK(house.asked.empty());
    CHECK(get("/monitoring/viewer.js").status == 200);
}

TEST_CASE_FIXTURE(Fixture, "who guesses has to wait, also with the right password") {
    for (int i = 0; i < 5; ++i) CHECK(log_in("wrong").status == 403);
    const auto answer = log_in("right");
    CHECK(answer.status == 429);
    CHECK(header(answer, "Retry-After") == "1");
    CHECK(house.tries == 5);
    CHECK(cookie.empty());
    clock.time += std::chrono::minutes(1);
    CHECK(log_in("right").status == 303);
}

TEST_CASE_FIXTURE(Fixture, "a program may show the password with each question") {
    const auto ask = [&](const std::string& login, std::string target = "/monitoring/api/prom/api/v1/query?query=1") {
        return send({.method = "GET",
                     .target = std::move(target),
                     .headers = {{"authorization", "Basic " + crypto::base64(login)}}});
    };
    for (int i = 0; i < 50; ++i) CHECK(ask("mail:right").status == 200);
    CHECK(ask("mail:right", "/monitoring/viewer.js").status == 401);
    CHECK(ask("mail:right", "/rspamd/").body.contains("name=\"password\""));
    CHECK(header(ask("mail:wrong"), "WWW-Authenticate").starts_with("Basic"));
    for (const auto* login : {"mail", "", "mail:", ":right"}) CHECK(ask(login).status == 401);
    for (int i = 0; i < 5; ++i) ask("mail:wrong");
    CHECK(ask("mail:right").status == 429);
}

TEST_CASE_FIXTURE(Fixture, "a store that is away is told as Prometheus would") {
    log_in();
    house.store_is_away = true;
    const auto answer = get("/monitoring/api/prom/api/v1/query?query=1");
    CHECK(answer.status == 502);
    CHECK(answer.body.contains("\"status\":\"error\""));
    CHECK(answer.body.contains("The monitoring does not run."));
}

TEST_CASE_FIXTURE(Fixture, "switched off, or without a password, the pages say how to change that") {
    for (const bool off : {true, false}) {
        auto closed = make({.enabled = !off, .has_password = off});
        for (const auto* target :
             {"/monitoring", "/monitoring/", "/monitoring/d/main/x", "/rspamd/", "/monitoring/api/prom/api/v1/query"}) {
            const auto answer = closed.answer({.method = "GET", .target = target, .host = "mail.example.org"});
            CHECK(answer.status == 503);
            CHECK(answer.body.contains(off ? "METRICS=true" : "GF_SECURITY_ADMIN_PASSWORD="));
        }
        CHECK(closed.answer({.method = "POST", .target = "/monitoring/api/login", .host = "x"}).status == 503);
    }
    CHECK(house.tries == 0);
}

TEST_CASE("the filter's pages are handed on without cookies, passwords and addresses") {
    const auto headers = web::headers_for_filter({.headers = {{"cookie", "x"},
                                                              {"authorization", "x"},
                                                              {"password", "x"},
                                                              {"x-forwarded-for", "127.0.0.1"},
                                                              {"map", "3"},
                                                              {"flag", "1\r\nPassword: x"},
                                                              {"content-type", "text/plain"}}});
    CHECK(headers == std::vector<std::pair<std::string, std::string>>{{"map", "3"}, {"content-type", "text/plain"}});
}

TEST_CASE("files are compressed and kept by browsers") {
    const web::StaticFiles files({{"a.js", std::string(1000, 'x')}, {"b.svg", "y"}});
    const auto whole = files.answer("a.js", {});
    CHECK(whole.content_type.starts_with("text/javascript"));
    CHECK(whole.body.size() == 1000);
    const auto packed = files.answer("a.js", {.headers = {{"accept-encoding", "br, gzip;q=0.8"}}});
    CHECK(packed.body.size() < 100);
    CHECK(Fixture::header(packed, "Content-Encoding") == "gzip");
    CHECK(files.answer("a.js", {.headers = {{"accept-encoding", "gzip;q=0"}}}).body.size() == 1000);
    const auto known = files.answer("a.js", {.headers = {{"if-none-match", Fixture::header(whole, "ETag")}}});
    CHECK(known.status == 304);
    CHECK(known.body.empty());
    CHECK(files.answer("b.svg", {.headers = {{"accept-encoding", "gzip"}}}).body == "y");
}
