#include "trace/store.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <format>
#include <fstream>

#include "tests/unit/temporary_folder.h"

using namespace trace;
using namespace std::chrono_literals;

namespace {

const base::SystemTime noon(1'000'000'000s);
constexpr std::size_t many = 100;

Moment at(base::SystemTime time, int count = 0) {
    return time.time_since_epoch().count() * 1'000'000 + count;
}

Store open(const tests::TemporaryFolder& folder) {
    auto store = Store::open(folder.path() / "trace.sqlite");
    REQUIRE_MESSAGE(store, store.error().text);
    return std::move(*store);
}

Fact fact(Moment moment, std::string id, std::vector<std::string> words = {}, std::string kind = "delivery") {
    return {.moment = moment,
            .queue_id = std::move(id),
            .kind = std::move(kind),
            .details = json::object({{"text", "it's \"so\" \\ %"}}),
            .words = std::move(words)};
}

}  // namespace

TEST_CASE("a mail is found by its queue id and by its words, the newest first") {
    const tests::TemporaryFolder folder;
    auto store = open(folder);
    REQUIRE(store.add(std::vector{
        fact(at(noon, 1), "A1", {"alice@a.example", "<m1>"}), fact(at(noon, 2), "B2", {"alice@a.example"}),
        fact(at(noon, 3), "A1", {"bob@b.example"}, "removed"), fact(at(noon + 1h), "", {"alice@a.example"}, "refused"),
        fact(at(noon + 1h, 1), "", {"x@y.example"}, "refused")}));
    const auto by_id = store.find("A1", {}, many);
    REQUIRE(by_id);
    REQUIRE(by_id->mails.size() == 1);
    CHECK(by_id->mails[0].facts.size() == 2);
    CHECK(by_id->mails[0].facts[0] == [] {
        auto one = fact(at(noon, 1), "A1");
        return one;
    }());
    const auto by_address = store.find("<Alice@A.example>", {}, many);
    REQUIRE(by_address->mails.size() == 3);
    CHECK(by_address->mails[0].queue_id.empty());
    CHECK(by_address->mails[1].queue_id == "B2");
    CHECK_FALSE(by_address->more);
    CHECK(store.find("alice@a.example", {}, 2)->more);
    CHECK(store.find("alice@a.example", noon + 30min, many)->mails.size() == 1);
    CHECK(store.find("alice@a.example", noon + 3h, many)->mails.empty());
    for (const char* unknown : {"", "nobody@a.example", "%", "'", "A_"})
        CHECK(store.find(unknown, {}, many)->mails.empty());
}

TEST_CASE("a mail goes on after a restart, and moments that come twice do no harm") {
    const tests::TemporaryFolder folder;
    REQUIRE(open(folder).add(std::vector{fact(at(noon), "A1", {"a"})}));
    auto store = open(folder);
    REQUIRE(store.add(std::vector{fact(at(noon), "A1", {"a"}), fact(at(noon, 1), "A1", {"a"})}));
    CHECK(store.find("a", {}, many)->mails.at(0).facts.size() == 2);
    const auto reader = Store::open_to_read(folder.path() / "trace.sqlite");
    CHECK(reader);
    CHECK(Store::open_to_read(folder.path() / "none").error().kind == base::ErrorKind::not_found);
}

TEST_CASE("refusals are counted by the mail") {
    const tests::TemporaryFolder folder;
    auto store = open(folder);
    std::vector<Fact> facts;
    for (int i = 0; i < 3; ++i) {
        facts.push_back(fact(at(noon, i), std::format("A{}", i)));
        facts.back().refusal = "listed";
        facts.back().provider = "Gmail";
    }
    facts.push_back(facts.back());
    facts.back().moment = at(noon + 1h);
    REQUIRE(store.add(facts));
    CHECK(*store.refusals(noon) == std::vector<RefusalCount>{{.kind = "listed", .provider = "Gmail", .mails = 3}});
    CHECK(store.refusals(noon + 1h)->at(0).mails == 1);
    CHECK(store.refusals(noon + 2h)->empty());
}

TEST_CASE("what is old goes, and what is too much") {
    const tests::TemporaryFolder folder;
    auto store = open(folder);
    std::vector<Fact> facts;
    for (int i = 0; i < 5000; ++i)
        facts.push_back(fact(at(noon + i * 1s), std::format("Q{}", i), {std::format("{}@a.example", i)}));
    REQUIRE(store.add(facts));
    constexpr std::int64_t all = 1'000'000'000;
    while (*store.tidy(noon + 3000s, all)) {
    }
    CHECK(store.find("Q2999", {}, many)->mails.empty());
    CHECK(store.find("2999@a.example", {}, many)->mails.empty());
    CHECK(store.find("Q3000", {}, many)->mails.size() == 1);
    while (*store.tidy(noon, 1'000)) {
    }
    CHECK(store.find("Q4999", {}, many)->mails.empty());
    REQUIRE(store.add(std::vector{fact(at(noon), "Q3000")}));
    CHECK(store.find("Q3000", {}, many)->mails.size() == 1);
}

TEST_CASE("the file is for root only, and a damaged one is put aside") {
    const tests::TemporaryFolder folder;
    const auto file = folder.path() / "trace.sqlite";
    std::ofstream(file) << "no database at all, but long enough to look like one";
    CHECK(open(folder).find("x", {}, many)->mails.empty());
    CHECK(std::filesystem::exists(file.string() + ".damaged"));
    struct stat status{};
    REQUIRE(::stat(file.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
}
