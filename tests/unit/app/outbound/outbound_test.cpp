#include "app/outbound/outbound.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "app/outbound/watch.h"
#include "json/json.h"
#include "tests/unit/temporary_folder.h"

using namespace std::chrono_literals;

namespace {

const base::SystemTime noon(1'800'000'000s);

struct Noon final : base::Clock {
    base::SystemTime now() const override { return noon; }
};

struct Queue final : queue::MailQueue {
    mutable std::vector<queue::Mail> held;
    mutable std::vector<std::string> released, removed;
    bool broken = false;

    base::Result<std::vector<queue::Mail>> list(std::string_view) const override { return held; }
    std::string submitter_of(const std::string&) const override { return {}; }
    base::Result<> release(const std::vector<std::string>& ids) const override {
        if (broken) return base::fail("Postfix is gone");
        for (const auto& id : ids) released.push_back(id);
        take(ids);
        return {};
    }
    base::Result<> remove(const std::vector<std::string>& ids, std::string_view) const override {
        for (const auto& id : ids) removed.push_back(id);
        take(ids);
        return {};
    }
    void take(const std::vector<std::string>& ids) const {
        std::erase_if(held, [&](const auto& mail) { return std::ranges::contains(ids, mail.id); });
    }
};

struct Desk {
    tests::TemporaryFolder folder;
    app::Installation here{{.workspace = folder.path()}};
    Queue queue;
    Noon clock;
    std::ostringstream out;
    app::OutboundCommand command{
        .here = here,
        .queue = queue,
        .has_account = [](const base::EmailAddress& account) { return account.str() == "alice@a.example"; },
        .clock = clock,
        .out = out};

    Desk() {
        std::filesystem::create_directories(here.state());
        auto store = this->store();
        REQUIRE(store.stop({.account = "alice@a.example", .since = noon, .why = "it sent 9 mails"}));
        for (const auto* id : {"AAAAAA", "BBBBBB"}) {
            REQUIRE(store.hold({.queue_id = id,
                                .account = "alice@a.example",
                                .since = noon,
                                .subject = "Gr\xc3\xbc\xc3\x9f"
                                           "e \x1b[2J",
                                .why = "it sent 9 mails"}));
            queue.held.push_back(
                {.id = id,
                 .state = "hold",
                 .arrived = noon,
                 .size = 2048,
                 .sender = "alice@a.example",
                 .recipients = {{"w@b.example", ""}, {"x@b.example", ""}, {"y@b.example", ""}, {"z@b.example", ""}}});
        }
    }
    outbound::Store store() const {
        auto store = outbound::Store::open(here.outbound_database());
        REQUIRE_MESSAGE(store, store.error().text);
        return std::move(*store);
    }
    base::ErrorKind refused(std::vector<std::string_view> words) {
        const auto done = command.run(words);
        REQUIRE_FALSE(done);
        return done.error().kind;
    }
    std::string said(std::vector<std::string_view> words) {
        out.str({});
        const auto done = command.run(words);
        REQUIRE_MESSAGE(done, done.error().text);
        return out.str();
    }
};

}  // namespace

TEST_CASE("the list tells who, which mail and why") {
    Desk desk;
    const auto text = desk.said({"list"});
    CHECK(text.contains("alice@a.example  stopped since 2027-01-15 08:00 UTC: it sent 9 mails  (2 mails held)\n"));
    CHECK(
        text.contains("AAAAAA  2027-01-15 08:00   2.0 KiB  alice@a.example -> w@b.example, x@b.example, y@b.example "
                      "and 1 more  \"Gr\xc3\xbc\xc3\x9f"
                      "e \\x1b[2J\"\n"));
    CHECK(desk.said({"list", "bob@a.example"}) == "Nobody is stopped or trusted, and nothing is held.\n");
    const auto value = json::parse(desk.said({"list", "Alice@a.example", "--json"}));
    REQUIRE(value);
    const auto& alice = (*value)["accounts"].items().at(0);
    CHECK(alice["account"].text() == "alice@a.example");
    CHECK(alice["why"].text() == "it sent 9 mails");
    CHECK(alice["held"].items().at(1)["queue_id"].text() == "BBBBBB");
    CHECK(alice["held"].items().at(1)["recipients"].items().size() == 4);
    CHECK_FALSE(alice["trusted"].boolean());
    CHECK(app::outbound_warnings(desk.here).size() == 1);
}

TEST_CASE("a release lets the mail go and ends the stop") {
    Desk desk;
    CHECK(desk.said({"release", "AAAAAA"}) == "Released 1 mail of alice@a.example.\n");
    CHECK(*desk.store().stop_of("alice@a.example"));
    CHECK(desk.said({"release", "alice@a.example"}) == "Released 1 mail of alice@a.example. It may send again.\n");
    CHECK(desk.queue.released == std::vector<std::string>{"AAAAAA", "BBBBBB"});
    CHECK_FALSE(*desk.store().stop_of("alice@a.example"));
    CHECK(desk.store().held()->empty());
    CHECK(desk.store()
              .traffic_with("alice@a.example", {.network = {}, .recipients = {"w@b.example"}}, noon)
              ->new_recipients == 0);
    CHECK(app::outbound_warnings(desk.here).empty());
    CHECK(desk.refused({"release", "alice@a.example"}) == base::ErrorKind::not_found);
    CHECK(desk.refused({"release", "AAAAAA"}) == base::ErrorKind::not_found);
}

TEST_CASE("what Postfix does not let go is still there") {
    Desk desk;
    desk.queue.broken = true;
    CHECK(desk.refused({"release", "alice@a.example"}) == base::ErrorKind::failed);
    CHECK(desk.store().held()->size() == 2);
    desk.queue.broken = false;
    CHECK(desk.said({"release", "alice@a.example"}).starts_with("Released 2 mails"));
}

TEST_CASE("a purge wants to be asked twice, and leaves the stop") {
    Desk desk;
    CHECK(desk.refused({"purge", "alice@a.example"}) == base::ErrorKind::usage);
    CHECK(desk.queue.held.size() == 2);
    CHECK(desk.said({"purge", "--yes", "alice@a.example"})
              .contains("stays stopped until: ./mailserver.sh outbound release"));
    CHECK(desk.queue.removed.size() == 2);
    CHECK(*desk.store().stop_of("alice@a.example"));
    CHECK(desk.said({"purge", "--yes", "--json", "alice@a.example"}).contains(R"("queue_ids":[])"));
    CHECK(desk.said({"release", "alice@a.example"}) == "Released 0 mails of alice@a.example. It may send again.\n");
}

TEST_CASE("trust ends the stop and leaves the held mail to the operator") {
    Desk desk;
    CHECK(desk.said({"trust", "alice@a.example", "--for", "1d"}) ==
          "alice@a.example is trusted until 2027-01-16 08:00 UTC: it has no limits.\n");
    CHECK_FALSE(*desk.store().stop_of("alice@a.example"));
    CHECK(desk.said({"list"}).starts_with("alice@a.example  trusted until 2027-01-16 08:00 UTC  (2 mails held)\n"));
    CHECK(desk.said({"trust", "alice@a.example"}).contains("for good"));
    CHECK(json::parse(desk.said({"list", "--json"}))->operator[]("accounts").items().at(0)["trusted"].boolean());
    CHECK(desk.said({"untrust", "alice@a.example"}) == "The limits hold for alice@a.example again.\n");
    CHECK(desk.refused({"untrust", "alice@a.example"}) == base::ErrorKind::not_found);
    CHECK(desk.refused({"trust", "bob@a.example"}) == base::ErrorKind::not_found);
    CHECK(desk.refused({"trust", "alice@a.example", "--for", "ever"}) == base::ErrorKind::usage);
}

TEST_CASE("wrong words change nothing") {
    Desk desk;
    for (const std::vector<std::string_view>& words : {std::vector<std::string_view>{"delete"},
                                                       {"release"},
                                                       {"release", "a", "b"},
                                                       {"purge", "--force", "AAAAAA"},
                                                       {"release", "ALL"},
                                                       {"release", "-d"},
                                                       {"release", "x'; DROP TABLE held"},
                                                       {"list", "a\nb"},
                                                       {"trust", ""}})
        CHECK_MESSAGE(desk.refused(words) == base::ErrorKind::usage, words.front());
    CHECK(desk.queue.held.size() == 2);
    CHECK(desk.store().held()->size() == 2);
}

TEST_CASE("owner and admin read why, and what to do") {
    const outbound::Stop stop{.account = "alice@a.example", .since = noon, .why = "it sent 9 mails"};
    const auto owner = app::owner_notice(*base::EmailAddress::parse("alice@a.example"), stop);
    CHECK(owner.text.contains("it sent 9 mails"));
    CHECK(owner.text.contains("change your password"));
    const auto admin = app::admin_notice(*base::EmailAddress::parse("postmaster@a.example"), stop);
    for (const auto* piece : {"./user.sh passwd alice@a.example", "./mailserver.sh outbound list alice@a.example",
                              "purge --yes", "release", "trust --for 1d"})
        CHECK_MESSAGE(admin.text.contains(piece), piece);
}
