#include "trace/telling.h"

#include <doctest/doctest.h>

#include "trace/assembler.h"

using namespace trace;

namespace {

constexpr Moment noon = 1'795'262'400'000'000;  // 2026-11-21 12:00:00

Mail mail_of(std::initializer_list<std::string_view> lines, std::string queue_id = "4jWwR75TZdz1dmX6") {
    Assembler assembler;
    Mail mail{.queue_id = std::move(queue_id), .facts = {}};
    Moment moment = noon;
    for (const auto line : lines) {
        const auto engine = line.starts_with("20") ? "rspamd" : line.starts_with("lmtp(") ? "dovecot" : "postfix";
        const auto text = engine == std::string_view("postfix") ? "Nov 21 12:00:00 mail postfix/" + std::string(line)
                                                                : std::string(line);
        const auto entry = maillog::parse(engine, text);
        REQUIRE_MESSAGE(entry, line);
        if (auto fact = assembler.read(*entry, moment += 1'000'000)) mail.facts.push_back(*fact);
    }
    return mail;
}

constexpr std::string_view refusal =
    "smtp[8]: 4jWwR75TZdz1dmX6: to=<b@b.example>, relay=gmail-smtp-in.l.google.com[192.0.2.9]:25, delay=1, "
    "delays=0/0/0/1, dsn=5.7.26, status=bounced (host gmail-smtp-in.l.google.com[192.0.2.9] said: 550-5.7.26 This mail "
    "has "
    "been blocked because the sender is unauthenticated. (in reply to end of DATA command))";
constexpr std::string_view deferral =
    "smtp[8]: 4jWwR75TZdz1dmX6: to=<c@c.example>, relay=none, delay=1, delays=0/0/0/1, dsn=4.4.1, status=deferred "
    "(connect to c.example[192.0.2.8]:25: Connection timed out)";

}  // namespace

TEST_CASE("a mail's way is told from its client to its end") {
    const auto told = tell(mail_of(
        {"smtps/smtpd[7]: Anonymous TLS connection established from h.example[192.0.2.1]: TLSv1.3 with cipher X (1/1)",
         "smtps/smtpd[7]: 4jWwR75TZdz1dmX6: client=h.example[192.0.2.1], sasl_method=PLAIN, "
         "sasl_username=alice@a.example",
         "cleanup[6]: 4jWwR75TZdz1dmX6: message-id=<1@a.example>",
         "2026-11-21 17:33:26 #2(rspamd_proxy) <a8>; proxy; rspamd_task_write_log: qid: <4jWwR75TZdz1dmX6>, (default: "
         "T "
         "(add header): [6.25/15.00] [BAYES_SPAM(5.10),X(-0.20)]), id: <x>",
         "qmgr[5]: 4jWwR75TZdz1dmX6: from=<alice@a.example>, size=441, nrcpt=3 (queue active)", refusal, deferral,
         deferral, "bounce[4]: 4jWwR75TZdz1dmX6: sender non-delivery notification: 4jWwNF5PFlz1dmWB", deferral}));
    constexpr std::string_view wanted = R"(
Mail 4jWwR75TZdz1dmX6  <1@a.example>
  from <alice@a.example>
  2026-11-21 12:00:02  accepted on port 465 from h.example [192.0.2.1], login alice@a.example, TLSv1.3 X
  2026-11-21 12:00:04  filter: add header, score 6.25 (refused from 15.00 on)
                       BAYES_SPAM +5.10, X -0.20
  2026-11-21 12:00:05  in the queue: 441 B, 3 recipients
  2026-11-21 12:00:06  b@b.example: refused for good by gmail-smtp-in.l.google.com[192.0.2.9]:25
                       host gmail-smtp-in.l.google.com[192.0.2.9] said: 550-5.7.26 This mail has been blocked because the sender is unauthenticated. (in reply to end of DATA command)
                       Why: Gmail finds no SPF or DKIM of the sender's domain that fits.
                       To do: Run ./dns_check.sh and put right what it names for this domain; forwarded mail needs SRS=true and ARC=true.
  2026-11-21 12:00:07  c@c.example: nobody to take it now
                       connect to c.example[192.0.2.8]:25: Connection timed out
                       Why: no connection to the other server.
                       To do: It is tried again for five days. If it is so with all servers, your provider blocks port 25.
                       and 1 more times until 2026-11-21 12:00:08
  2026-11-21 12:00:09  sender non-delivery notice goes out as 4jWwNF5PFlz1dmWB
  2026-11-21 12:00:10  c@c.example: nobody to take it now
                       connect to c.example[192.0.2.8]:25: Connection timed out
                       Why: no connection to the other server.
                       To do: It is tried again for five days. If it is so with all servers, your provider blocks port 25.
  => b@b.example: refused
  => c@c.example: waits, and is tried again
)";
    CHECK(told == wanted.substr(1));
}

TEST_CASE("what never came in has an end, too") {
    const auto attempt =
        tell(mail_of({"smtpd[7]: NOQUEUE: reject: RCPT from unknown[192.0.2.1]: 550 5.1.1 <x@a.example>: "
                      "no; from=<s@b.example> to=<x@a.example> proto=ESMTP helo=<h>"},
                     ""));
    CHECK(attempt.starts_with("Attempt\n"));
    CHECK(attempt.contains("refused at RCPT from 192.0.2.1, <s@b.example> to <x@a.example>\n"));
    CHECK(attempt.ends_with("  => refused\n"));
    const auto held =
        mail_of({"cleanup[2]: 4jWwR75TZdz1dmX6: milter-hold: END-OF-MESSAGE from h[192.0.2.1]: stopped; "
                 "from=<a@b> to=<c@d> proto=ESMTP helo=<x>"});
    CHECK(tell(held).ends_with("  => held\n"));
    CHECK(to_json(held)["end"].text() == "held");
}

TEST_CASE("as JSON a refusal has its cause") {
    const auto value = to_json(mail_of({refusal}));
    CHECK(value["queue_id"].text() == "4jWwR75TZdz1dmX6");
    const auto& event = value["events"].items().at(0);
    CHECK(event["reason"].text() == "authentication");
    CHECK(event["time"].text() == "2026-11-21T12:00:01Z");
    CHECK(value["recipients"].items().at(0)["end"].text() == "refused");
    CHECK(value["end"].is_null());
}

TEST_CASE("refusals that pile up are told with what to do") {
    CHECK(tell(RefusalCount{.kind = "listed", .provider = "T-Online", .mails = 7})
              .starts_with("7 mails were refused within a day, as T-Online takes mail only from servers it knows"));
    CHECK(tell(RefusalCount{.kind = "unknown-recipient", .provider = "", .mails = 7}).empty());
}
