#include "tlsrpt/reporter.h"

#include <doctest/doctest.h>

#include "tests/unit/mtasts/fixture.h"
#include "tests/unit/temporary_folder.h"

using namespace std::chrono_literals;
using tlsrpt::Day;

namespace {

constexpr Day day{std::chrono::days(20'777)};

struct World {
    tests::TemporaryFolder folder;
    tlsrpt::Store store = tlsrpt::Store::open(folder.path() / "t.sqlite").value();
    mtasts::TableResolver dns;
    mtasts::FakeWeb web;
    mtasts::FakeClock clock;
    std::vector<std::string> recipients;
    bool submission_works = true;

    World() {
        clock.time = base::SystemTime(day + std::chrono::days(1));
        web.answer = [](const auto&) { return net::HttpReply{.status = 201}; };
    }
    void count(const std::string& domain, Day on = day) {
        const tlsrpt::Event event{.domain = domain, .policy = json::object({{"policy-type", "sts"}}), .failure = {}};
        REQUIRE(store.add({&event, 1}, on));
    }
    void wants(const std::string& domain, const std::string& rua) {
        dns.set("_smtp._tls." + domain, resolver::Type::TXT, mtasts::txt("v=TLSRPTv1; rua=" + rua));
    }
    tlsrpt::Delivered report() {
        const auto delivered = tlsrpt::report(
            {.store = store,
             .resolver = dns,
             .client = web,
             .clock = clock,
             .reporter = {.domain = "example.org", .hostname = "mail.example.org", .contact = "p@example.org"},
             .submit = [this](const auto& recipient, const auto&) -> base::Result<> {
                 if (!submission_works) return base::fail("no");
                 recipients.push_back(recipient);
                 return {};
             }},
            day, {});
        REQUIRE(delivered);
        return *delivered;
    }
};

}  // namespace

TEST_CASE_FIXTURE(World, "reports go to who wants them, once") {
    count("a.example");
    count("b.example");
    count("c.example");
    count("a.example", day + std::chrono::days(1));
    wants("a.example", "mailto:r@a.example");
    wants("b.example", "https://b.example/");
    std::string type;
    web.answer = [&](const net::HttpCall& call) {
        CHECK(call.url == "https://b.example/");
        CHECK(call.body.starts_with("\x1f\x8b"));
        type = call.headers.at(0).second;
        return net::HttpReply{.status = 201};
    };
    CHECK(report().sent == 2);
    CHECK(recipients == std::vector<std::string>{"r@a.example"});
    CHECK(type == "application/tlsrpt+gzip");
    CHECK(report().sent == 0);
    // The day that is not over stays; of who wants none nothing does.
    CHECK(store.days_and_domains()->size() == 1);
}

TEST_CASE_FIXTURE(World, "what cannot be delivered is tried again for a day") {
    count("a.example");
    wants("a.example", "mailto:r@a.example,https://a.example/");
    submission_works = false;
    web.answer = [](const auto&) { return net::HttpReply{.status = 503}; };
    CHECK(report().failed == 2);
    CHECK(report().failed == 0);
    clock.time += 1h;
    submission_works = true;
    const auto again = report();
    CHECK(again.sent == 1);
    CHECK(again.failed == 1);
    for (int hour = 0; hour < 30; ++hour) {
        clock.time += 1h;
        report();
    }
    CHECK(web.calls < 27);
}

TEST_CASE_FIXTURE(World, "a record nobody can look up is asked for again, for two days") {
    count("a.example");
    dns.set("_smtp._tls.a.example", resolver::Type::TXT, mtasts::failure());
    report();
    CHECK(store.days_and_domains()->size() == 1);
    clock.time += 24h;
    report();
    CHECK(store.days_and_domains()->empty());
    CHECK(recipients.empty());
}

TEST_CASE("servers report within four hours, each at its own time") {
    CHECK(tlsrpt::reporting_delay("a.example") < 4h);
    CHECK(tlsrpt::reporting_delay("a.example") == tlsrpt::reporting_delay("a.example"));
    CHECK(tlsrpt::reporting_delay("a.example") != tlsrpt::reporting_delay("b.example"));
}
