#include "maillog/line.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <format>
#include <string>

using namespace maillog;

namespace {

/// Behind the time and our name.
std::optional<Entry> read(std::string_view rest) {
    return parse_postfix("Nov  1 15:02:11 mail " + std::string(rest));
}

template <class T>
T event(std::string_view rest) {
    const auto entry = read(rest);
    REQUIRE_MESSAGE(entry, rest);
    REQUIRE_MESSAGE(std::holds_alternative<T>(entry->event), rest);
    return std::get<T>(entry->event);
}

constexpr std::string_view samples[] = {
    "postfix/smtps/smtpd[245]: 4jWwR75TZdz1dmX6: client=host.example[198.18.58.1], sasl_method=PLAIN, "
    "sasl_username=alice@alpha.example",
    "postfix/cleanup[250]: 4jWwR75TZdz1dmX6: message-id=<a1@alpha.example>",
    "postfix/cleanup[250]: 4jWwR75TZdz1dmX6: milter-hold: END-OF-MESSAGE from h.example[198.18.58.1]: held; "
    "from=<alice@alpha.example> to=<\"we>, ird\"@beta.example> proto=ESMTP helo=<client.example>",
    "postfix/qmgr[225]: 4jWwR75TZdz1dmX6: from=<alice@alpha.example>, size=441, nrcpt=2 (queue active)",
    "postfix/smtp[254]: 4jWwR75TZdz1dmX6: to=<bob@beta.example>, relay=mx.beta.example[2001:db8::22]:25, delay=0.41, "
    "delays=0.14/0.05/0.02/0.2, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4jWwNF4Cwkz1dmW6)",
    "postfix/bounce[255]: 4jWwR75TZdz1dmX6: sender non-delivery notification: 4jWwNF5PFlz1dmWB",
    "postfix/qmgr[225]: 4jWwR75TZdz1dmX6: removed",
    "postfix/smtpd[1]: NOQUEUE: reject: RCPT from unknown[192.0.2.1]: 550 5.1.1 <x@a.example>: no; from=<> "
    "to=<x@a.example> proto=ESMTP helo=<y>",
};

}  // namespace

TEST_CASE("a submission is known with its client and login") {
    const auto entry = read(samples[0]);
    REQUIRE(entry);
    CHECK(entry->service == "smtps/smtpd");
    CHECK(entry->program() == "smtpd");
    CHECK(entry->queue_id == "4jWwR75TZdz1dmX6");
    CHECK(std::get<Accepted>(entry->event) == Accepted{.client = {"host.example", "198.18.58.1"},
                                                       .sasl_method = "PLAIN",
                                                       .sasl_username = "alice@alpha.example"});
    CHECK(event<Accepted>("postfix/smtpd[9]: ABCDEF0: client=unknown[2001:db8::1]") ==
          Accepted{.client = {"unknown", "2001:db8::1"}, .sasl_method = {}, .sasl_username = {}});
    CHECK(event<Accepted>("postfix/smtpd[9]: ABCDEF0: client=a[192.0.2.1], orig_queue_id=F00BA6, "
                          "sasl_method=LOGIN, sasl_username=x@y.example, sasl_sender=z@y.example")
              .sasl_username == "x@y.example");
}

TEST_CASE("a mail is followed to its end") {
    CHECK(event<Identified>(samples[1]).message_id == "<a1@alpha.example>");
    CHECK(event<Queued>(samples[3]) == Queued{.from = "alice@alpha.example", .size = 441, .recipients = 2});
    CHECK(event<Delivery>(samples[4]) == Delivery{.to = "bob@beta.example",
                                                  .original_to = {},
                                                  .relay = "mx.beta.example[2001:db8::22]:25",
                                                  .delay = "0.41",
                                                  .delays = "0.14/0.05/0.02/0.2",
                                                  .status_code = "2.0.0",
                                                  .outcome = Outcome::sent,
                                                  .text = "250 2.0.0 Ok: queued as 4jWwNF4Cwkz1dmW6"});
    CHECK(event<Notified>(samples[5]) == Notified{.kind = "sender non-delivery", .queue_id = "4jWwNF5PFlz1dmWB"});
    event<Removed>(samples[6]);
    event<Removed>("postfix/cleanup[250]: 4jWwR75TZdz1dmX6: removed (canceled)");
    CHECK(event<Answered>("postfix/smtp[254]: ABCDEF0: host mx.b.example[192.0.2.1] said: 451 4.7.1 later (in reply to "
                          "end of DATA command)") ==
          Answered{.host = "mx.b.example[192.0.2.1]", .text = "451 4.7.1 later (in reply to end of DATA command)"});
    CHECK(event<PickedUp>("postfix/pickup[8]: ABCDEF0: uid=0 from=<root>") == PickedUp{.uid = 0, .from = "root"});
    CHECK(event<Expired>("postfix/qmgr[8]: ABCDEF0: from=<a@b.example>, status=expired, returned to sender").from ==
          "a@b.example");
    CHECK(event<Queued>("postfix/qmgr[8]: ABCDEF0: from=<>, size=3, nrcpt=1 (queue active)").from.empty());
}

TEST_CASE("each form of a delivery's line is read") {
    const auto alias = event<Delivery>(
        "postfix/lmtp[256]: ABCDEF0: to=<alice@a.example>, orig_to=<info@a.example>, "
        "relay=mail.a.example[/run/x.sock], "
        "conn_use=3, delay=0.11, delays=0.07/0.01/0.01/0.02, dsn=2.0.0, status=sent (250 2.0.0 Saved)");
    CHECK(alias.original_to == "info@a.example");
    CHECK(alias.relay == "mail.a.example[/run/x.sock]");
    CHECK(alias.outcome == Outcome::sent);
    const auto bounced = event<Delivery>(
        "postfix/smtp[254]: ABCDEF0: to=<x@b.example>, relay=none, delay=1, delays=0/0/1/0, dsn=5.4.4, status=bounced "
        "(Host or domain name not found. Name service error for name=b.example type=A: Host not found)");
    CHECK(bounced.outcome == Outcome::bounced);
    CHECK(bounced.status_code == "5.4.4");
    CHECK(bounced.text.ends_with("Host not found"));
    CHECK(event<Delivery>("postfix/smtp[4]: ABCDEF0: to=<x@b.example>, relay=none, delay=1, delays=0/0/1/0, dsn=4.4.1, "
                          "status=deferred (connect to b.example[192.0.2.1]:25: Connection timed out)")
              .outcome == Outcome::deferred);
    CHECK(event<Delivery>("postfix/smtp[4]: ABCDEF0: to=<x@b.example>, relay=none, delay=1, delays=0/0/1/0, dsn=2.0.0, "
                          "status=deliverable (x)")
              .outcome == Outcome::other);
}

TEST_CASE("what is refused is read with its envelope") {
    const auto held = event<Refused>(samples[2]);
    CHECK(held.what == "milter-hold");
    CHECK(held.stage == "END-OF-MESSAGE");
    CHECK(held.client.address == "198.18.58.1");
    CHECK(held.text == "held");
    CHECK(held.to == "\"we>, ird\"@beta.example");
    const auto entry = read(samples[7]);
    REQUIRE(entry);
    CHECK(entry->queue_id.empty());
    const auto refused = std::get<Refused>(entry->event);
    CHECK(refused.stage == "RCPT");
    CHECK(refused.text == "550 5.1.1 <x@a.example>: no");
    CHECK(refused.from.empty());
    CHECK(refused.to == "x@a.example");
}

TEST_CASE("what strangers write does not pass for an event") {
    // A local part that looks like the rest of a line.
    const auto quoted = event<Delivery>(
        "postfix/smtp[4]: ABCDEF0: to=<\"x>, relay=evil, delay=0, delays=0, dsn=2.0.0, status=sent (\\\"\"@b.example>, "
        "relay=none, delay=1, delays=0/0/1/0, dsn=5.1.1, status=bounced (no)");
    CHECK(quoted.outcome == Outcome::bounced);
    CHECK(quoted.status_code == "5.1.1");
    // An answer that looks like one.
    const auto answer = event<Delivery>(
        "postfix/smtp[4]: ABCDEF0: to=<x@b.example>, relay=m[192.0.2.1]:25, delay=1, delays=0/0/1/0, dsn=5.0.0, "
        "status=bounced (host m said: 550 dsn=2.0.0, status=sent (250 ok))");
    CHECK(answer.outcome == Outcome::bounced);
    CHECK(answer.text == "host m said: 550 dsn=2.0.0, status=sent (250 ok)");
    // A Message-ID, a greeting's name.
    CHECK(
        event<Identified>("postfix/cleanup[4]: ABCDEF0: message-id=<x> postfix/qmgr[1]: ABCDEF0: removed").message_id ==
        "<x> postfix/qmgr[1]: ABCDEF0: removed");
    CHECK(event<Refused>("postfix/smtpd[4]: NOQUEUE: reject: RCPT from a[192.0.2.1]: 550 <; from=<v@x> to=<w@x>>: no; "
                         "from=<s@x.example> to=<t@x.example> proto=SMTP helo=<h>")
              .from == "s@x.example");
    // A login as which somebody may send, in a domain of its own kind.
    const auto literal = event<Delivery>(
        "postfix/smtp[4]: ABCDEF0: to=<x@[a>, relay=none, delay=0, delays=0, dsn=2.0.0, status=sent (x]>, relay=none, "
        "delay=1, delays=0/0/1/0, dsn=5.1.1, status=bounced (no)");
    CHECK(literal.outcome == Outcome::bounced);
    // Recipients that look like the end of the line, in the reply as behind it.
    for (const std::string_view to :
         {R"("; from=<evil> to=<y>"@b.example)", R"("; from=<e@v> to=<y> proto=ESMTP helo=<h>"@b.example)",
          R"("; from=<e\"v> to=<y> proto=ESMTP helo=<h>"@b.example)",
          R"("; to=<e> proto=SMTP helo=<h> sasl_username="@b)"}) {
        const auto entry = event<Refused>(
            std::format("postfix/smtpd[4]: NOQUEUE: reject: RCPT from a[192.0.2.1]: 550 5.1.1 <{0}>: Recipient address "
                        "rejected: no; from=<s@x.example> to=<{0}> proto=SMTP helo=<h>",
                        to));
        CHECK(entry.from == "s@x.example");
        CHECK(entry.to == to);
        CHECK(entry.sasl_username.empty());
        CHECK(entry.text == std::format("550 5.1.1 <{}>: Recipient address rejected: no", to));
    }
    // The content of a header.
    CHECK(
        event<Refused>("postfix/cleanup[4]: ABCDEF0: reject: header X: from a[192.0.2.9]: no; from=<e@v> to=<e@v> from "
                       "h[192.0.2.1]; from=<s@x> to=<t@x> proto=ESMTP helo=<h>: no such headers")
            .client.address.empty());
}

TEST_CASE("whatever stands in an address, it is read whole and changes nothing else") {
    constexpr std::string_view pieces[] = {
        ">",  "<", ",",       " ", "; from=<", " to=<",    ", status=sent (", "]",         "[", "\\\"",       "\\\\",
        ": ", "=", "removed", "a", ", relay=", "> to=<x>", " proto=ESMTP",    " helo=<h>", "@", ", dsn=2.0.0"};
    std::uint32_t seed = 1;
    for (int round = 0; round < 3000; ++round) {
        const auto address = [&] {
            std::string local;
            for (int i = 0; i < 8; ++i)
                local += pieces[((seed = seed * 1664525 + 1013904223) >> 8) % std::size(pieces)];
            return '"' + local + "\"@b.example";
        };
        const auto from = address(), to = address(), original = address();
        const auto delivery = event<Delivery>(std::format(
            "postfix/smtp[4]: ABCDEF0: to=<{}>, orig_to=<{}>, relay=none, delay=1, delays=0/0/1/0, dsn=5.1.1, "
            "status=bounced (host m said: 550 <{}> is unknown)",
            to, original, to));
        CHECK(delivery.to == to);
        CHECK(delivery.original_to == original);
        CHECK(delivery.outcome == Outcome::bounced);
        const auto refused = event<Refused>(
            std::format("postfix/smtpd[4]: NOQUEUE: reject: RCPT from a[192.0.2.1]: 550 5.1.1 <{0}>: Recipient address "
                        "rejected: no; from=<{1}> to=<{0}> proto=SMTP helo=<h>",
                        to, from));
        CHECK(refused.from == from);
        CHECK(refused.to == to);
        CHECK(event<Queued>(std::format("postfix/qmgr[8]: ABCDEF0: from=<{}>, size=3, nrcpt=1 (queue active)", from)) ==
              Queued{.from = from, .size = 3, .recipients = 1});
    }
}

TEST_CASE("other lines are none") {
    for (const auto* line :
         {"", "postfix/", " postfix/smtpd", "Nov  1 15:02:11 x postfix/smtpd",
          "Nov  1 15:02:11 x postfix/anvil[1]: statistics: max cache size 1 at Nov 21 09:57:16",
          // Not at the beginning: somebody else's text.
          "x Nov  1 15:02:11 mail postfix/qmgr[1]: ABCDEF0: removed", " postfix/qmgr[1]: ABCDEF0: removed",
          "... Nov  1 15:02:11 mail postfix/qmgr[1]: ABCDEF0: removed",
          "Nov  1 15:02:11 x postfix/smtp[1]: Untrusted TLS connection established to a[192.0.2.1]:25: TLSv1.3",
          "Nov  1 15:02:11 x postfix/smtpd[abc]: ABCDEF0: client=a[192.0.2.1]",
          "Nov  1 15:02:11 x postfix/smtpd[1]: AB C: client=a[192.0.2.1]",
          "Nov  1 15:02:11 x postfix/smtpd[1]: ABCDEF0: client=a",
          "Nov  1 15:02:11 x postfix/smtpd[1]: ABCDEF0: client=a]b[",
          "Nov  1 15:02:11 x postfix/qmgr[1]: ABCDEF0: from=<a, size=1, nrcpt=1 (queue active)",
          "Nov  1 15:02:11 x postfix/qmgr[1]: ABCDEF0: from=<a>, size=-1, nrcpt=1 (queue active)",
          "Nov  1 15:02:11 x postfix/qmgr[1]: ABCDEF0: from=<a>, size=99999999999999999999999, nrcpt=1 (queue active)",
          "Nov  1 15:02:11 x postfix/smtp[1]: ABCDEF0: to=<\"a, relay=none",
          "Nov  1 15:02:11 x postfix/smtp[1]: ABCDEF0: to=<a>, relay=none",
          "dovecot: lmtp(1): Info: Connect from local"})
        CHECK_FALSE(parse_postfix(line));
}

TEST_CASE("no damaged line does any harm") {
    for (const auto sample : samples) {
        const auto line = "Nov  1 15:02:11 mail " + std::string(sample);
        for (std::size_t cut = 0; cut <= line.size(); ++cut) {
            (void)parse_postfix(std::string_view(line).substr(0, cut));
            (void)parse_postfix(std::string_view(line).substr(cut));
            for (const char c : {'"', '\\', '<', '>', '[', '\0', '\xff'}) {
                auto changed = line;
                changed.insert(cut, 1, c);
                (void)parse_postfix(changed);
            }
        }
    }
    const auto large = "Nov  1 15:02:11 x postfix/smtp[1]: ABCDEF0: to=<" + std::string(10'000'000, '"');
    CHECK_FALSE(parse_postfix(large));
}
