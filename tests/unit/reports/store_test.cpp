#include "reports/store.h"

#include <doctest/doctest.h>

#include "reports/summary.h"
#include "tests/unit/temporary_folder.h"

using namespace reports;
using namespace std::chrono_literals;

namespace {

const base::SystemTime noon(1'700'000'000s);

Report dmarc(std::string id, std::vector<Source> sources, base::SystemTime ended = noon - 1h) {
    return {.kind = Kind::dmarc,
            .domain = "example.org",
            .id = std::move(id),
            .organization = "Big",
            .begun = ended - 24h,
            .ended = ended,
            .sources = std::move(sources),
            .sessions = {}};
}

Store open(const tests::TemporaryFolder& folder) {
    auto store = Store::open(folder.path() / "reports.sqlite");
    REQUIRE_MESSAGE(store, store.error().text);
    return std::move(*store);
}

}  // namespace

TEST_CASE("a report counts once, of each reporter, and only as long as it is kept") {
    const tests::TemporaryFolder folder;
    auto store = open(folder);
    const auto report = dmarc("it's \"1\"; --", {{"192.0.2.1", "none", true, false, 5}});
    CHECK(store.add(report, "big.example", noon) == true);
    CHECK(store.add(report, "big.example", noon) == false);
    CHECK(store.add(report, "other.example", noon) == true);
    // The one about TLS may have the same number.
    auto tls = report;
    tls.kind = Kind::tls, tls.sources.clear(), tls.sessions = {{"", "", 7}, {"certificate-expired", "mx", 2}};
    CHECK(store.add(tls, "big.example", noon) == true);
    CHECK(store.add(dmarc("empty", {}), "big.example", noon) == true);

    const auto told = store.since(noon - 24h);
    REQUIRE(told);
    CHECK(told->dmarc_reports == 3);
    CHECK(told->tls_reports == 1);
    CHECK(told->reporters == std::vector<std::string>{"big.example", "other.example"});
    REQUIRE(told->sources.size() == 1);
    CHECK(told->sources[0].source == Source{"192.0.2.1", "none", true, false, 10});
    CHECK(told->sessions.size() == 2);
    const auto totals = store.totals(noon - 24h);
    REQUIRE(totals);
    CHECK(totals->mails == std::vector<Total>{{"example.org", true, 10}});
    CHECK(totals->sessions == std::vector<Total>{{"example.org", false, 2}, {"example.org", true, 7}});
    CHECK(store.totals(noon)->mails.empty());
    CHECK(store.since(noon - 24h, "example.net")->dmarc_reports == 0);
    CHECK(store.since(noon)->dmarc_reports == 0);

    const auto later = noon + kept + 24h;
    CHECK(store.add(dmarc("new", {{"192.0.2.2", "none", true, true, 1}}, later), "big.example", later) == true);
    CHECK(store.since(base::SystemTime{})->sources.size() == 1);
    CHECK(store.since(base::SystemTime{})->sessions.empty());
}

TEST_CASE("times that cannot be are those of the day a report came") {
    const tests::TemporaryFolder folder;
    auto store = open(folder);
    for (const auto& [id, ended] : {std::pair("past", base::SystemTime{}), {"future", noon + 10000h}})
        CHECK(store.add(dmarc(id, {{"192.0.2.1", "none", true, false, 1}}, ended), "big.example", noon) == true);
    CHECK(store.since(noon - 1s)->dmarc_reports == 2);
    CHECK(store.since(noon)->dmarc_reports == 0);
}

TEST_CASE("what matters is told in words, and warned of when it is about this server") {
    Told told;
    told.dmarc_reports = 2, told.tls_reports = 1, told.reporters = {"big.example", "other.example"};
    told.sources = {{"example.org", {"192.0.2.1", "none", true, true, 100}},
                    {"example.org", {"198.51.100.7", "reject", false, false, 30}},
                    {"example.org", {"192.0.2.1", "quarantine", false, false, 1}}};
    told.sessions = {{"example.org", {"", "", 50}}, {"example.org", {"certificate-expired", "mail.example.org", 3}}};
    const std::set<std::string> own{"192.0.2.1"};
    CHECK(tell(told, own) ==
          "Mail with example.org in From: 131 mails, 100 verified, 31 not (30 refused, 1 put into Junk)\n"
          "        30  not verified, from 198.51.100.7\n"
          "         1  not verified, from 192.0.2.1  (this server)\n"
          "TLS with the mail servers of example.org: 53 sessions, 3 failed\n"
          "         3  certificate-expired at mail.example.org\n"
          "Told by 2 servers in 2 reports about mail and 1 about TLS: big.example, other.example\n");
    const auto all = warnings(told, own);
    REQUIRE(all.size() == 2);
    CHECK(all[0].starts_with("other servers could not verify 1 mail of this server with example.org in From"));
    CHECK(all[1].contains("3 TLS sessions with example.org that failed, most of them: certificate-expired"));
    CHECK(warnings(told, {"192.0.2.99"}).size() == 1);
    CHECK(to_json(told)["mails"].items().size() == 3);
    CHECK(warnings({}, own).empty());
}
