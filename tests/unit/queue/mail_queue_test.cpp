#include "queue/mail_queue.h"

#include <doctest/doctest.h>

using queue::Mail;

TEST_CASE("the mail is read from the queue's list, all or of one state") {
    const std::string printed =
        R"({"queue_name": "deferred", "queue_id": "4jAAAAAAAAAA", "arrival_time": 5, "message_size": 1, "sender": "a@a.example", "recipients": []})"
        "\n"
        R"({"queue_name": "hold", "queue_id": "4jWwR75TZdz1dmX6", "arrival_time": 1795273331, "message_size": 441, "forced_expire": false, "sender": "alice@alpha.example", "recipients": [{"address": "bob@beta.example"}, {"address": "\"we>, ird\"@beta.example"}]})"
        "\n"
        R"({"queue_name": "hold", "queue_id": "4jWwR75TZdz1dmX5", "arrival_time": 1795273330, "message_size": 4, "sender": "MAILER-DAEMON", "recipients": [{"address": "bob@beta.example", "delay_reason": "x"}]})"
        "\n"
        R"({"queue_name": "hold", "queue_id": "-d ALL", "arrival_time": 1, "message_size": 4, "sender": "", "recipients": []})"
        "\n"
        R"({"queue_name": "hold", "queue_id": "4jWwR75TZdz1dmX7", )"
        "\n";
    const auto held = queue::parse(printed, queue::on_hold);
    REQUIRE(held.size() == 2);
    CHECK(held[0].id == "4jWwR75TZdz1dmX5");
    CHECK(held[0].sender.empty());
    CHECK(held[0].recipients[0].delay_reason == "x");
    CHECK(held[1] == Mail{.id = "4jWwR75TZdz1dmX6",
                          .state = "hold",
                          .arrived = base::SystemTime(std::chrono::seconds(1795273331)),
                          .size = 441,
                          .sender = "alice@alpha.example",
                          .recipients = {{"bob@beta.example", ""}, {"\"we>, ird\"@beta.example", ""}}});
    const auto all = queue::parse(printed);
    REQUIRE(all.size() == 3);
    CHECK(all[0].state == "deferred");
    CHECK(queue::parse("").empty());
    CHECK(queue::parse("postqueue: fatal: x\n").empty());
}

TEST_CASE("who submitted a mail stands in its envelope") {
    CHECK(queue::submitter("*** ENVELOPE RECORDS hold/4jW ***\nnamed_attribute: sasl_method=PLAIN\n"
                           "named_attribute: sasl_username=Alice@alpha.example\nsender: boss@alpha.example\n") ==
          "alice@alpha.example");
    CHECK(queue::submitter("sender: x\n").empty());
}

TEST_CASE("what is no queue id never reaches Postfix") {
    CHECK(queue::is_queue_id("4jWwR75TZdz1dmX6"));
    CHECK(queue::is_queue_id("A1B2C3D4E5"));
    for (const auto* bad : {"", "ALL", "-d", "4jWw R75", "../../etc", "alice@a.example", "4jWwR75TZdz1dmX6\n"})
        CHECK_FALSE(queue::is_queue_id(bad));
}
