#include <doctest/doctest.h>

#include <string>

#include "maillog/line.h"

using namespace maillog;

namespace {

constexpr std::string_view head = "2026-11-21 17:33:26 #255(rspamd_proxy) <a86e26>; proxy; rspamd_task_write_log: ";

std::optional<Entry> verdict(std::string_view rest) {
    return parse("rspamd", std::string(head) + std::string(rest));
}

constexpr std::string_view delivered = "lmtp(alice@alpha.example)<184><+jGRLyZqAWu7AAAAwYhu6Q>: Info: sieve: msgid=";

std::optional<Entry> storing(std::string_view rest) {
    return parse("dovecot", std::string(delivered) + std::string(rest));
}

}  // namespace

TEST_CASE("the filter's verdict is read") {
    const auto entry = verdict(
        "qid: <4jWznf2r62z1gCMH>, (default: T (add header): [6.25/15.00] "
        "[R_SPF_ALLOW(-0.20),BAYES_SPAM(5.10),A(0.00)]), "
        "time: 73.812ms, id: <79@lab.example>, ip: 198.19.176.1, from: <x@lab.example>, len: 1048741, time: 1ms");
    REQUIRE(entry);
    CHECK(entry->queue_id == "4jWznf2r62z1gCMH");
    CHECK(std::get<Judged>(entry->event) == Judged{.action = "add header",
                                                   .score = 6.25,
                                                   .reject_score = 15,
                                                   .symbols = {{"R_SPF_ALLOW", -0.2}, {"BAYES_SPAM", 5.1}, {"A", 0}},
                                                   .seconds = 0.073812});
    const auto open = verdict("qid: <4jWznf2r62z1gCMH>, (default: F (no action): [-0.20/nan] []), id: <>, len: 1");
    REQUIRE(open);
    CHECK_FALSE(std::get<Judged>(open->event).reject_score);
    CHECK(std::get<Judged>(open->event).symbols.empty());
    CHECK(std::get<Judged>(open->event).seconds == 0);
}

TEST_CASE("a verdict stands nowhere but at the beginning") {
    CHECK_FALSE(
        verdict("(default: F (no action): [0/15.00] []), id: <>, qid: <4jWznf2r62z1gCMH>, (default: T (reject): "
                "[1/2] []), "));
    CHECK_FALSE(parse("rspamd", "x; rspamd_task_write_log: qid: <4jWznf2r62z1gCMH>, (default: F (a): [0/1] []), "));
    CHECK_FALSE(parse("rspamd", "... " + std::string(head) + "qid: <4jWznf2r62z1gCMH>, (default: F (a): [0/1] []), "));
}

TEST_CASE("where Dovecot puts a mail is read with the session Postfix was told") {
    const auto entry = storing("<6@lab.example>: stored mail into mailbox 'INBOX'");
    REQUIRE(entry);
    CHECK(std::get<Stored>(entry->event) == Stored{.user = "alice@alpha.example",
                                                   .session = "+jGRLyZqAWu7AAAAwYhu6Q",
                                                   .what = "stored mail into mailbox 'INBOX'"});
    const auto forged = storing("<: stored mail into mailbox 'INBOX'>: forwarded to <bob@beta.example>");
    REQUIRE(forged);
    CHECK(std::get<Stored>(forged->event).what == "forwarded to <bob@beta.example>");
    CHECK_FALSE(storing("unspecified: saved"));
    CHECK_FALSE(parse("dovecot", "imap(a)<1><x>: Info: sieve: msgid=x: stored mail into mailbox 'INBOX'"));
    CHECK_FALSE(parse("valkey", "lmtp(a)<1><x>: Info: sieve: msgid=x: stored mail into mailbox 'INBOX'"));
}

TEST_CASE("no damaged line of the engines does any harm") {
    const std::string lines[] = {
        std::string(head) + "qid: <4jWznf2r62z1gCMH>, (default: T (add header): [6.25/15.00] [A(-0.20)]), id: <79>",
        std::string(delivered) + "<6@lab.example>: stored mail into mailbox 'INBOX'"};
    for (const auto& line : lines)
        for (std::size_t cut = 0; cut <= line.size(); ++cut)
            for (const auto* engine : {"rspamd", "dovecot"}) {
                (void)parse(engine, std::string_view(line).substr(0, cut));
                (void)parse(engine, std::string_view(line).substr(cut));
            }
}
