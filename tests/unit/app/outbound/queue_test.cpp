#include "app/outbound/queue.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

#include "json/json.h"

using namespace std::chrono_literals;

namespace {

const base::SystemTime noon(1'800'000'000s);

struct Noon final : base::Clock {
    base::SystemTime now() const override { return noon; }
};

struct Queue final : queue::MailQueue {
    std::vector<queue::Mail> mails;
    mutable std::vector<std::string> done;  // "hold AAAAAA"

    base::Result<std::vector<queue::Mail>> list(std::string_view state) const override {
        auto found = mails;
        if (!state.empty()) std::erase_if(found, [&](const auto& mail) { return mail.state != state; });
        return found;
    }
    base::Result<std::string> show(const std::string& id, queue::Part part) const override {
        note("show", {id});
        return std::string(part == queue::Part::all ? "body" : "headers \x1b[2J\n");
    }
    base::Result<> hold(const std::vector<std::string>& ids) const override { return note("hold", ids); }
    base::Result<> release(const std::vector<std::string>& ids) const override { return note("release", ids); }
    base::Result<> remove(const std::vector<std::string>& ids, std::string_view state) const override {
        return note("remove" + std::string(state), ids);
    }
    base::Result<> flush(const std::optional<std::string>& id) const override {
        return note("flush", {id.value_or("")});
    }
    base::Result<> note(const std::string& what, const std::vector<std::string>& ids) const {
        for (const auto& id : ids) done.push_back(what + " " + id);
        return {};
    }
};

struct Desk {
    Queue queue;
    Noon clock;
    std::set<std::string> held;
    std::ostringstream out;

    Desk() {
        queue.mails = {{.id = "AAAAAA",
                        .state = "deferred",
                        .arrived = noon - 3h,
                        .size = 2048,
                        .sender = "alice@a.example",
                        .recipients = {{"x@b.example", "connect to b.example: Connection refused"},
                                       {"y@b.example", "connect to b.example: Connection refused"},
                                       {"\x1b[2J@c.example", ""}}},
                       {.id = "BBBBBB",
                        .state = "hold",
                        .arrived = noon - 30s,
                        .size = 1,
                        .sender = "",
                        .recipients = {{"Bob@B.example", ""}}}};
    }

    /// The error's kind, or nothing when it went well.
    std::optional<base::ErrorKind> run(std::vector<std::string_view> words) {
        out.str("");
        const app::QueueCommand command{.queue = queue,
                                        .held_for_outbound = [&] { return base::Result<std::set<std::string>>(held); },
                                        .clock = clock,
                                        .out = out};
        const auto done = command.run(words);
        return done ? std::nullopt : std::optional(done.error().kind);
    }

    std::vector<std::string> did() { return std::exchange(queue.done, {}); }
};

using Did = std::vector<std::string>;
using base::ErrorKind;

}  // namespace

TEST_CASE("the queue is listed for people and for programs") {
    Desk desk;
    REQUIRE(!desk.run({"list"}));
    CHECK(desk.out.str() ==
          "AAAAAA  deferred    3h   2.0 KiB  from alice@a.example\n"
          "      to x@b.example, y@b.example\n"
          "        connect to b.example: Connection refused\n"
          "      to \\x1b[2J@c.example\n"
          "BBBBBB  hold       30s       1 B  from <>\n"
          "      to Bob@B.example\n");
    REQUIRE(!desk.run({"list", "--state", "hold"}));
    CHECK(!desk.out.str().contains("AAAAAA"));
    REQUIRE(!desk.run({"list", "--json", "--to", "@b.example", "--from", "<>"}));
    const auto listed = *json::parse(desk.out.str());
    REQUIRE(listed["mails"].items().size() == 1);
    CHECK(listed["mails"].items()[0]["recipients"].items()[0]["address"].text() == "Bob@B.example");
    desk.queue.mails.clear();
    REQUIRE(!desk.run({"list"}));
    CHECK(desk.out.str() == "Nothing waits.\n");
    desk.queue.mails.assign(150,
                            {.id = "CCCCCC", .state = "deferred", .arrived = noon, .sender = "", .recipients = {}});
    REQUIRE(!desk.run({"list"}));
    CHECK(desk.out.str().contains("… and 50 more"));
    CHECK(std::ranges::count(desk.out.str(), '\n') == 101);
}

TEST_CASE("mail is chosen by its id, or by what it is") {
    Desk desk;
    REQUIRE(!desk.run({"hold", "AAAAAA"}));
    REQUIRE(!desk.run({"release", "--state=hold"}));
    REQUIRE(!desk.run({"delete", "--yes", "--from", "ALICE@a.example"}));
    REQUIRE(!desk.run({"delete", "--yes", "--all"}));
    REQUIRE(!desk.run({"delete", "--yes", "--state", "hold", "--to", "bob@b.example"}));
    REQUIRE(!desk.run({"flush"}));
    REQUIRE(!desk.run({"flush", "AAAAAA"}));
    CHECK(desk.did() == Did{"hold AAAAAA", "release BBBBBB", "remove AAAAAA", "remove AAAAAA", "remove BBBBBB",
                            "removehold BBBBBB", "flush ", "flush AAAAAA"});
    REQUIRE(!desk.run({"show", "AAAAAA"}));
    CHECK(desk.out.str().contains("headers \\x1b[2J"));
    REQUIRE(!desk.run({"show", "--body", "AAAAAA"}));
    CHECK(desk.out.str().contains("body"));
}

TEST_CASE("what names no mail changes nothing") {
    Desk desk;
    const std::vector<std::pair<std::vector<std::string_view>, ErrorKind>> words{
        {{"hold"}, ErrorKind::usage},
        {{"delete", "--yes"}, ErrorKind::usage},
        {{"delete", "AAAAAA"}, ErrorKind::usage},
        {{"delete", "--yes", "AAAAAA", "--all"}, ErrorKind::usage},
        {{"delete", "--yes", "ZZZZZZ"}, ErrorKind::not_found},
        {{"delete", "--yes", "ALL"}, ErrorKind::not_found},
        {{"hold", "-d ALL"}, ErrorKind::not_found},
        {{"hold", "--from", "nobody@a.example"}, ErrorKind::not_found},
        {{"hold", "--from", ""}, ErrorKind::usage},
        {{"hold", "--from", "alice"}, ErrorKind::usage},
        {{"hold", "--state", "sleeping"}, ErrorKind::usage},
        {{"flush", "ZZZZZZ"}, ErrorKind::not_found},
        {{"show"}, ErrorKind::usage},
        {{"list", "AAAAAA"}, ErrorKind::usage},
        {{"burn"}, ErrorKind::usage},
    };
    for (const auto& [line, kind] : words) {
        CAPTURE(line.front());
        CHECK(desk.run(line) == kind);
    }
    CHECK(desk.did().empty());
}

TEST_CASE("mail of a stopped account is not released past the breaker") {
    Desk desk;
    desk.held = {"BBBBBB"};
    CHECK(desk.run({"release", "BBBBBB"}) == ErrorKind::usage);
    CHECK(desk.did().empty());
    desk.queue.mails[0].state = "hold";
    REQUIRE(!desk.run({"release", "--all"}));
    CHECK(desk.did() == Did{"release AAAAAA"});
}
