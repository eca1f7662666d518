#include "outbound/overview.h"

#include <doctest/doctest.h>

using namespace outbound;
using namespace std::chrono_literals;

namespace {

const base::SystemTime noon(1'000'000'000s);

queue::Mail mail(std::string id) {
    return {.id = std::move(id),
            .state = "hold",
            .arrived = noon,
            .size = 5,
            .sender = "s@a.example",
            .recipients = {{"x@b.example", ""}}};
}

const Known facts{
    .stops = {{.account = "alice@a.example", .since = noon, .why = "w"}},
    .trusts = {{.account = "news@a.example", .until = {}}},
    .held = {{.queue_id = "AAAAAA", .account = "alice@a.example", .since = noon, .subject = "s", .why = "w"},
             {.queue_id = "BBBBBB", .account = "alice@a.example", .since = noon, .subject = "t", .why = "w"},
             {.queue_id = "CCCCCC", .account = "bob@a.example", .since = noon, .subject = "u", .why = "w"}}};

}  // namespace

TEST_CASE("the operator sees who is stopped or trusted, and the mail that is there") {
    const auto accounts = overview(facts, {mail("AAAAAA"), mail("CCCCCC"), mail("DDDDDD"), mail("EEEEEE")},
                                   [](const std::string& id) { return id == "DDDDDD" ? "bob@a.example" : ""; });
    REQUIRE(accounts.size() == 3);
    CHECK(accounts[0].account == "alice@a.example");
    CHECK(accounts[0].stop);
    REQUIRE(accounts[0].held.size() == 1);
    CHECK(accounts[0].held[0].subject == "s");
    CHECK(accounts[1].account == "bob@a.example");
    CHECK_FALSE(accounts[1].stop);
    REQUIRE(accounts[1].held.size() == 2);
    CHECK(accounts[1].held[1].mail.id == "DDDDDD");
    CHECK(accounts[2].trust);
    CHECK(accounts[2].held.empty());
    CHECK(overview({}, {}, {}).empty());
}

TEST_CASE("mail deleted by other means is forgotten, mail on its way is not") {
    CHECK(gone(facts.held, {mail("AAAAAA")}, noon + 1min).empty());
    CHECK(gone(facts.held, {mail("AAAAAA")}, noon + 1h) == std::vector<std::string>{"BBBBBB", "CCCCCC"});
}

TEST_CASE("the status warns of mail that waits for the operator") {
    CHECK(warnings(facts) ==
          std::vector<std::string>{
              "alice@a.example is stopped from sending to other servers, 2 mails are held; ./mailserver.sh outbound "
              "list shows more",
              "bob@a.example has mail on hold, 1 mail is held; ./mailserver.sh outbound list shows more"});
    CHECK(warnings({}).empty());
}
