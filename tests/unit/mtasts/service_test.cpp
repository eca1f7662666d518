#include "mtasts/service.h"

#include <doctest/doctest.h>

#include <atomic>
#include <format>
#include <latch>

#include "tests/unit/mtasts/fixture.h"
#include "tests/unit/temporary_folder.h"

using namespace mtasts;
using namespace std::chrono_literals;
using net::TableReply;
using resolver::Type;

namespace {

net::HttpReply page(const std::string& body, int status = 200, const std::string& type = "text/plain; charset=utf-8") {
    return {.status = status, .headers = {{"content-type", type}}, .body = body};
}

net::HttpResult unreachable(net::HttpFailure failure = net::HttpFailure::timed_out) {
    return std::unexpected(net::HttpError{.failure = failure, .error = {.text = "no", .remedy = ""}});
}

std::string policy_text(std::string_view mode, std::string_view host = "mx.example.org", int max_age = 604'800) {
    return std::format("version: STSv1\nmode: {}\nmx: {}\nmax_age: {}\n", mode, host, max_age);
}

/// example.org with a mail server without TLSA and a policy in force.
struct World {
    tests::TemporaryFolder folder;
    TableResolver dns;
    FakeWeb web;
    FakeClock clock;
    std::vector<FetchFailure> failures;

    World() {
        dns.set("example.org", Type::MX, mx({"mx.example.org"}));
        dns.set("mx.example.org", Type::A, address());
        record("1");
        web.answer = [](const auto&) { return page(policy_text("enforce")); };
    }
    void record(const std::string& id) { dns.set("_mta-sts.example.org", Type::TXT, txt("v=STSv1; id=" + id)); }
    Service service(std::chrono::milliseconds patience = 10s) {
        return Service(
            Store::open(folder.path() / "s.sqlite").value(), dns, web, clock,
            {.patience = patience, .on_failure = [this](const auto&, auto failure) { failures.push_back(failure); }});
    }
};

bool is_secure(const TableReply& reply) {
    return reply.status == TableReply::Status::found && reply.text.starts_with("secure match=mx.example.org ");
}

}  // namespace

TEST_CASE("a policy in force is fetched from the domain's policy host and answered as secure") {
    World world;
    std::string url;
    world.web.answer = [&](const net::HttpCall& call) {
        url = call.url;
        CHECK_FALSE(call.follow_redirects);
        return page(policy_text("enforce"));
    };
    auto service = world.service();
    CHECK(is_secure(service.lookup("Example.ORG")));
    CHECK(url == "https://mta-sts.example.org/.well-known/mta-sts.txt");
    CHECK(is_secure(service.lookup("example.org")));
    CHECK(world.web.calls == 1);
}

TEST_CASE("only plain names of domains are looked up") {
    World world;
    auto service = world.service();
    for (const char* key : {"[example.org]", "[example.org]:587", "example.org:587", ".example.org", "example.org.",
                            "[192.0.2.1]", "192.0.2.1", "[IPv6:2001:db8::1]", "org", "", "m\xc3\xbcller.example",
                            "/run/x.sock", "a b.example.org", "example.org' OR 1=1", "../etc", "example..org"})
        CHECK_MESSAGE(service.lookup(key) == net::not_found(), key);
    CHECK(world.web.calls == 0);
    // A name in its A-label form is one like any other.
    CHECK(service.lookup("xn--mller-kva.example") == net::not_found());
}

TEST_CASE("a policy being tested does not change the level; one that ends has no effect") {
    World world;
    world.web.answer = [](const auto&) { return page(policy_text("testing")); };
    auto service = world.service();
    CHECK(service.lookup("example.org").text.starts_with("dane policy_type=sts "));
    world.record("2");
    world.web.answer = [](const auto&) { return page(policy_text("none")); };
    CHECK(service.lookup("example.org") == net::not_found());
}

TEST_CASE("DANE comes first; what nobody can tell waits") {
    World world;
    auto service = world.service();
    world.dns.set("_25._tcp.mx.example.org", Type::TLSA, tlsa(good_tlsa));
    CHECK(service.lookup("example.org") == net::not_found());
    world.dns.set("example.org", Type::MX, mx({"mx.example.org", "b.example.org"}));
    world.dns.set("b.example.org", Type::A, address());
    CHECK(service.lookup("example.org") == net::found("dane-only"));
    world.dns.set("_25._tcp.mx.example.org", Type::TLSA, failure());
    CHECK(service.lookup("example.org").status == TableReply::Status::temporary_failure);
}

TEST_CASE("what was known stays in force while its host or its record is away, also after a restart") {
    World world;
    CHECK(is_secure(world.service().lookup("example.org")));
    world.web.answer = [](const auto&) { return unreachable(); };
    auto service = world.service();
    world.record("2");
    CHECK(is_secure(service.lookup("example.org")));
    CHECK(world.failures == std::vector{FetchFailure::fetch_error});
    world.dns.clear("_mta-sts.example.org", Type::TXT);
    CHECK(is_secure(service.lookup("example.org")));
    world.dns.set("_mta-sts.example.org", Type::TXT, failure());
    CHECK(is_secure(service.lookup("example.org")));
    world.clock.time += 604'800s;
    CHECK(service.lookup("example.org") == net::not_found());
}

TEST_CASE("a new id brings the new policy") {
    World world;
    auto service = world.service();
    CHECK(is_secure(service.lookup("example.org")));
    world.web.answer = [](const auto&) { return page(policy_text("enforce", "other.example.org")); };
    CHECK(is_secure(service.lookup("example.org")));
    world.record("2");
    CHECK(service.lookup("example.org").text.starts_with("secure match=other.example.org "));
}

TEST_CASE("without a usable policy mail goes as it always did, and the host is left alone for five minutes") {
    World world;
    const std::vector<std::pair<net::HttpResult, FetchFailure>> cases{
        {unreachable(), FetchFailure::fetch_error},
        {unreachable(net::HttpFailure::too_large), FetchFailure::fetch_error},
        {unreachable(net::HttpFailure::untrusted), FetchFailure::webpki_invalid},
        {page(policy_text("enforce"), 301), FetchFailure::fetch_error},
        {page(policy_text("enforce"), 404), FetchFailure::fetch_error},
        {page(policy_text("enforce"), 200, "text/html"), FetchFailure::policy_invalid},
        {page(policy_text("enforce"), 200, ""), FetchFailure::policy_invalid},
        {page("nonsense"), FetchFailure::policy_invalid}};
    for (const auto& [answer, failure] : cases) {
        world.failures.clear();
        world.web.answer = [&answer](const auto&) { return answer; };
        world.web.calls = 0;
        auto service = world.service();
        CHECK(service.lookup("example.org") == net::not_found());
        CHECK(service.lookup("example.org") == net::not_found());
        CHECK(world.web.calls == 1);
        CHECK(world.failures == std::vector{failure});
        world.clock.time += 300s;
        CHECK(service.lookup("example.org") == net::not_found());
        CHECK(world.web.calls == 2);
        world.clock.time += 300s;
    }
}

TEST_CASE("mail does not wait for a slow policy host; what comes late counts from then on") {
    World world;
    std::latch go(1);
    world.web.answer = [&](const auto&) {
        go.wait();
        return page(policy_text("enforce"));
    };
    auto service = world.service(0ms);
    CHECK(service.lookup("example.org") == net::not_found());
    go.count_down();
    while (service.lookup("example.org") == net::not_found()) std::this_thread::yield();
    CHECK(is_secure(service.lookup("example.org")));
    CHECK(world.web.calls == 1);
}

TEST_CASE("policies are fetched again after a day, and then count from that day") {
    World world;
    auto service = world.service();
    CHECK(is_secure(service.lookup("example.org")));
    service.refresh({});
    CHECK(world.web.calls == 1);
    world.clock.time += 86'400s;
    service.refresh({});
    CHECK(world.web.calls == 2);
    world.clock.time += 604'799s;
    world.web.answer = [](const auto&) { return unreachable(); };
    service.refresh({});
    CHECK(is_secure(service.lookup("example.org")));
}
