#include "trace/assembler.h"

#include <doctest/doctest.h>

using trace::Fact;

namespace {

struct Log {
    trace::Assembler assembler;
    trace::Moment now = 0;

    std::optional<Fact> read(std::string_view engine, const std::string& line) {
        const auto entry = maillog::parse(engine, line);
        REQUIRE_MESSAGE(entry, line);
        return assembler.read(*entry, ++now);
    }
    std::optional<Fact> postfix(const std::string& rest) {
        return read("postfix", "Nov 21 15:02:11 mail postfix/" + rest);
    }
};

constexpr auto delivered =
    "lmtp[9]: 4jWwR7: to=<Alice@a.example>, orig_to=<info@a.example>, relay=mail[/run/x], delay=0.1, delays=0/0/0/0.1, "
    "dsn=2.0.0, status=sent (250 2.0.0 <alice@a.example> +jGRLyZqAWu7AAAAwYhu6Q Saved)";
constexpr auto stored =
    "lmtp(alice@a.example)<184><+jGRLyZqAWu7AAAAwYhu6Q>: Info: sieve: msgid=<x>: stored mail into mailbox 'Junk'";

}  // namespace

TEST_CASE("what a session said before belongs to its mail") {
    Log log;
    CHECK_FALSE(log.postfix("smtps/smtpd[7]: connect from h.example[192.0.2.1]"));
    CHECK_FALSE(
        log.postfix("smtps/smtpd[7]: Anonymous TLS connection established from h.example[192.0.2.1]: TLSv1.3 with "
                    "cipher X_1 (256/256 bits)"));
    const auto fact = log.postfix(
        "smtps/smtpd[7]: 4jWwR7: client=h.example[192.0.2.1], sasl_method=PLAIN, sasl_username=Alice@a.example");
    REQUIRE(fact);
    CHECK(fact->kind == "accepted");
    CHECK(fact->queue_id == "4jWwR7");
    CHECK(fact->details["port"].text() == "465");
    CHECK(fact->details["tls"].text() == "TLSv1.3 X_1");
    CHECK(fact->words == std::vector<std::string>{"alice@a.example"});
    log.postfix("smtps/smtpd[7]: disconnect from h.example[192.0.2.1] commands=0/0");
    log.postfix("smtpd[7]: connect from h.example[192.0.2.1]");
    CHECK(log.postfix("smtpd[7]: 4jWwR8: client=h.example[192.0.2.1]")->details["tls"].is_null());
    // Another process' TLS is not this one's.
    log.postfix(
        "smtp[8]: Trusted TLS connection established to m.b.example[192.0.2.9]:25: TLSv1.2 with cipher Y (1/1)");
    const auto to = [&](const std::string& relay) {
        return log.postfix("smtp[8]: 4jWwR8: to=<b@b.example>, relay=" + relay +
                           ", delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 ok)");
    };
    CHECK(to("m.b.example[192.0.2.9]:25")->details["tls"].text() == "TLSv1.2 Y");
    CHECK(to("m.c.example[192.0.2.8]:25")->details["tls"].is_null());
}

TEST_CASE("the folder of a delivery is known, whichever engine is heard first") {
    Log log;
    CHECK_FALSE(log.read("dovecot", stored));
    const auto fact = log.postfix(delivered);
    REQUIRE(fact);
    CHECK(fact->details["stored"].items().at(0).text() == "stored mail into mailbox 'Junk'");
    CHECK(fact->words == std::vector<std::string>{"alice@a.example", "info@a.example"});
    CHECK(log.postfix(delivered)->details["stored"].is_null());
    const auto late = log.read("dovecot", stored);
    REQUIRE(late);
    CHECK(late->kind == "stored");
    CHECK(late->queue_id == "4jWwR7");
}

TEST_CASE("a mail is told to be in the queue once, refusals are sorted") {
    Log log;
    const auto queued = "qmgr[3]: 4jWwR7: from=<>, size=3, nrcpt=1 (queue active)";
    CHECK(log.postfix(queued));
    CHECK_FALSE(log.postfix(queued));
    log.postfix("qmgr[3]: 4jWwR7: removed");
    CHECK(log.postfix(queued)->words.empty());
    const auto refused = log.postfix(
        "smtp[8]: 4jWwR8: to=<b@b.example>, relay=mx00.gmx.net[192.0.2.8]:25, delay=1, delays=0/0/0/1, dsn=5.0.0, "
        "status=bounced (host mx00.gmx.net[192.0.2.8] refused to talk to me: 554-gmx.net 554 IP address is block "
        "listed.)");
    CHECK(refused->refusal == "listed");
    CHECK(refused->provider == "GMX and Web.de");
    // Nothing the operator of this server can change.
    CHECK(log.postfix("smtp[8]: 4jWwR8: to=<b@b.example>, relay=mx.b.example[192.0.2.8]:25, delay=1, delays=0/0/0/1, "
                      "dsn=5.1.1, status=bounced (host mx.b.example[192.0.2.8] said: 550 5.1.1 User unknown)")
              ->refusal.empty());
}

TEST_CASE("the verdict keeps what weighs most") {
    Log log;
    std::string symbols = "ZERO(0.00)";
    for (int i = 1; i < 40; ++i) symbols += ",S" + std::to_string(i) + "(" + std::to_string(-i) + ".00)";
    const auto fact =
        log.read("rspamd",
                 "2026-11-21 17:33:26 #2(rspamd_proxy) <a8>; proxy; rspamd_task_write_log: qid: <4jWwR7>, "
                 "(default: F (no action): [-0.20/15.00] [" +
                     symbols + "]), id: <x>");
    REQUIRE(fact);
    CHECK(fact->details["symbols"].members().size() == 15);
    CHECK(fact->details["symbols"].members().front().first == "S39");
    CHECK(fact->details["reject_score"].real() == 15);
}

TEST_CASE("what strangers write is printable, and not too long") {
    Log log;
    const auto fact = log.postfix("cleanup[2]: 4jWwR7: message-id=<" + std::string(5000, '\xff') + "\x1b[2J>");
    CHECK(fact->details["message_id"].text().size() < 1010);
    CHECK(fact->words.front().size() < 210);
    CHECK_FALSE(fact->details["message_id"].text().contains('\xff'));
    CHECK(trace::key_of(" <A@B.example> ") == "a@b.example");
    CHECK(trace::key_of("A@B.example") == "a@b.example");
    CHECK(trace::key_of("<>").empty());
}
