#include "metrics/mail_figures.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <format>

#include "metrics/refusal.h"

namespace {

struct House {
    metrics::Registry registry;
    metrics::MailFigures figures{registry, 2};

    void hear(std::string_view line) {
        const auto entry = maillog::parse("postfix", "Nov 21 15:02:11 mail postfix/" + std::string(line));
        REQUIRE_MESSAGE(entry, line);
        figures.read(*entry);
    }
    /// The value of a series, as it stands in the exposition; empty when there is none.
    std::string operator[](const std::string& series) const {
        const auto text = registry.text();
        const auto at = text.find("\n" + series + " ");
        if (at == std::string::npos) return {};
        const auto begin = at + series.size() + 2;
        return text.substr(begin, text.find('\n', begin) - begin);
    }
    std::size_t lines() const { return static_cast<std::size_t>(std::ranges::count(registry.text(), '\n')); }
};

std::string_view reason(std::string text, std::string what = "reject") {
    return metrics::reason_of({.what = std::move(what),
                               .stage = "RCPT",
                               .client = {},
                               .text = std::move(text),
                               .from = {},
                               .to = {},
                               .sasl_username = {}});
}

}  // namespace

TEST_SUITE("metrics of mail") {
    TEST_CASE("a session counts once, when it ends, with what it was") {
        House house;
        house.hear("smtps/smtpd[7]: connect from h[192.0.2.1]");
        house.hear(
            "smtps/smtpd[7]: Anonymous TLS connection established from h[192.0.2.1]: TLSv1.3 with cipher "
            "TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519");
        CHECK(house[R"(mailserver_smtp_connections_total{service="submissions"})"] == "0");
        house.hear("smtps/smtpd[7]: warning: h[192.0.2.1]: SASL PLAIN authentication failed: x, sasl_username=eve");
        house.hear(
            "smtps/smtpd[7]: 4jWwR75TZdz1dmX6: client=h[192.0.2.1], sasl_method=PLAIN, sasl_username=a@a.example");
        house.hear("qmgr[2]: 4jWwR75TZdz1dmX6: from=<a@a.example>, size=500, nrcpt=1 (queue active)");
        house.hear("smtps/smtpd[7]: lost connection after DATA (5 bytes) from h[192.0.2.1]");
        house.hear("smtps/smtpd[7]: disconnect from h[192.0.2.1] ehlo=1 auth=1/3 mail=1 rcpt=1 data=0/1 commands=4/7");
        CHECK(house[R"(mailserver_smtp_connections_total{service="submissions"})"] == "1");
        CHECK(house[R"(mailserver_smtp_connections_lost_total{service="submissions"})"] == "1");
        CHECK(house[R"(mailserver_smtp_tls_connections_total{service="submissions",protocol="TLSv1.3",)"
                    R"(cipher="TLS_AES_256_GCM_SHA384"})"] == "1");
        CHECK(house[R"(mailserver_smtp_auth_total{service="submissions",result="success"})"] == "1");
        CHECK(house[R"(mailserver_smtp_auth_total{service="submissions",result="failure"})"] == "2");
        CHECK(house[R"(mailserver_messages_received_total{service="submissions"})"] == "1");
        CHECK(house[R"(mailserver_submissions_total{user="a@a.example"})"] == "1");
        CHECK(house[R"(mailserver_smtp_connections_total{service="smtp"})"] == "0");
        CHECK(!house.registry.text().contains("\"eve\""));
    }

    TEST_CASE("our own probes and services do not count") {
        House house;
        const auto before = house.registry.text();
        for (const auto* line :
             {"smtpd[7]: connect from localhost[127.0.0.1]",
              "smtpd[7]: lost connection after EHLO from localhost[127.0.0.1]",
              "smtpd[7]: disconnect from localhost[127.0.0.1] ehlo=2 starttls=1 commands=3",
              "srs/smtpd[8]: connect from localhost[127.0.0.1]",
              "srs/smtpd[8]: 4jWwR75TZdz1dmX6: client=localhost[127.0.0.1]",
              "qmgr[2]: 4jWwR75TZdz1dmX6: from=<a@b.example>, size=500, nrcpt=1 (queue active)",
              "srs/smtpd[8]: disconnect from localhost[127.0.0.1] ehlo=1 mail=1 rcpt=1 data=1 commands=4",
              "smtp[9]: 4jWwR75TZdz1dmX6: to=<a@b.example>, relay=127.0.0.1[127.0.0.1]:10003, delay=1, "
              "delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 Ok)"})
            house.hear(line);
        CHECK(house.registry.text() == before);
        house.hear("smtpd[7]: connect from localhost[127.0.0.1]");
        house.hear("smtpd[7]: disconnect from localhost[127.0.0.1] ehlo=1 mail=1 rcpt=0/1 commands=2/3");
        CHECK(house[R"(mailserver_smtp_connections_total{service="smtp"})"] == "1");
    }

    TEST_CASE("clients behind a proxy count at the port they came to") {
        CHECK(metrics::port_of("smtpd") == "smtp");
        CHECK(metrics::port_of("proxy/smtpd") == "smtp");
        CHECK(metrics::port_of("proxy/smtps/smtpd") == "submissions");
        CHECK(metrics::port_of("submission/smtpd") == "submission");
        for (const auto* other : {"inner/smtpd", "srs/smtpd", "smtp", "", "proxy/", "cleanup"})
            CHECK(!metrics::port_of(other));
    }

    TEST_CASE("a mail counts once it is in the queue, whatever it takes to deliver it") {
        House house;
        house.hear("smtpd[7]: 4jWwR75TZdz1dmX6: client=h[192.0.2.1]");
        house.hear("smtpd[7]: 4jWwR75TZdz1dmX9: client=h[192.0.2.1]");
        house.hear(
            "cleanup[8]: 4jWwR75TZdz1dmX9: milter-reject: END-OF-MESSAGE from h[192.0.2.1]: 5.7.1 no; from=<a@b>");
        CHECK(house[R"(mailserver_messages_received_total{service="smtp"})"] == "0");
        for (int i = 0; i < 3; ++i)
            house.hear("qmgr[2]: 4jWwR75TZdz1dmX6: from=<a@b.example>, size=500, nrcpt=1 (queue active)");
        CHECK(house[R"(mailserver_messages_received_total{service="smtp"})"] == "1");
        house.hear("pickup[2]: 4jWwR75TZdz1dmX7: uid=0 from=<root>");
        house.hear("qmgr[2]: 4jWwR75TZdz1dmX7: from=<root@b.example>, size=20, nrcpt=1 (queue active)");
        house.hear("qmgr[2]: 4jWwR75TZdz1dmX8: from=<>, size=7, nrcpt=1 (queue active)");
        CHECK(house["mailserver_message_bytes_total"] == "520");
    }

    TEST_CASE("deliveries count by transport and outcome, times only of those that worked") {
        House house;
        house.hear(
            "lmtp[3]: 4jWwR75TZdz1dmX6: to=<a@a.example>, relay=mail[/run/x], delay=0.4, delays=0.1/0.05/0.05/0.2, "
            "dsn=2.0.0, status=sent (250 2.0.0 <a@a.example> x Saved)");
        house.hear(
            "smtp[3]: 4jWwR75TZdz1dmX6: to=<a@b.example>, relay=none, delay=99, delays=1/2/96/0, dsn=4.4.1, "
            "status=deferred (connect to b: Connection refused)");
        house.hear(
            "error[3]: 4jWwR75TZdz1dmX6: to=<a@b.example>, relay=none, delay=1, delays=1/0/0/0, dsn=5.1.1, "
            "status=bounced (no)");
        house.hear(
            "discard[3]: 4jWwR75TZdz1dmX6: to=<a@b.example>, relay=none, delay=1, delays=1/0/0/0, dsn=2.0.0, "
            "status=sent (gone)");
        CHECK(house[R"(mailserver_deliveries_total{transport="lmtp",status="sent"})"] == "1");
        CHECK(house[R"(mailserver_deliveries_total{transport="smtp",status="deferred"})"] == "1");
        CHECK(house[R"(mailserver_deliveries_total{transport="error",status="bounced"})"] == "1");
        CHECK(house[R"(mailserver_deliveries_total{transport="other",status="sent"})"] == "1");
        CHECK(house[R"(mailserver_delivery_delay_seconds_count{transport="lmtp"})"] == "1");
        CHECK(house[R"(mailserver_delivery_delay_seconds_sum{transport="lmtp"})"] == "0.4");
        CHECK(house[R"(mailserver_delivery_delay_seconds_count{transport="smtp"})"] == "0");
        CHECK(house[R"(mailserver_delivery_stage_seconds_total{transport="lmtp",stage="transmission"})"] == "0.2");
    }

    TEST_CASE("refusals are told apart, whatever a stranger writes") {
        CHECK(reason("554 5.7.1 <x@y.example>: Relay access denied") == "relay_denied");
        CHECK(reason("550 5.1.1 <x@a.example>: Recipient address rejected: User unknown in virtual mailbox table") ==
              "unknown_user");
        CHECK(reason("553 5.7.1 <b@a.example>: Sender address rejected: not owned by user a@a.example") ==
              "bad_sender");
        CHECK(reason("450 4.1.8 <x@no.example>: Sender address rejected: Domain not found") == "bad_sender");
        CHECK(reason("530 5.7.0 Must issue a STARTTLS command first") == "tls");
        CHECK(reason("552 5.2.2 <x@a.example>: Recipient address rejected: The mailbox is full (quota exceeded)") ==
              "quota");
        CHECK(reason("501 5.5.2 <x>: Helo command rejected: Invalid name") == "protocol");
        CHECK(reason("503 5.5.0 <DATA>: Data command rejected: Improper use of SMTP command pipelining") == "protocol");
        CHECK(reason("554 5.7.1 <x@a.example>: Recipient address rejected: This account cannot receive emails.") ==
              "policy");
        CHECK(reason("5.7.1 Spam message rejected", "milter-reject") == "spam");
        CHECK(reason("5.7.1 Gtube pattern", "milter-reject") == "spam");
        CHECK(reason("5.7.1 virus found: Eicar", "milter-reject") == "virus");
        CHECK(reason("4.7.1 Try again later", "milter-reject") == "policy");
        CHECK(reason("5.7.1 From header: b@a.example is not yours", "milter-reject") == "bad_sender");
        CHECK(reason("4.3.0 whatever") == "other");
        CHECK(reason("") == "other");
        CHECK(reason("554 5.7.1 <Relay access denied>: Recipient address rejected: no") == "policy");
        for (const auto* text : {"<", "554", "554 ", "554 5.7.1", "554 5.7.1 <x", "<>: "})
            CHECK(std::ranges::contains(metrics::reject_reasons, reason(text)));
    }

    TEST_CASE("refusals count, holding and our own services do not") {
        House house;
        house.hear(
            "smtpd[7]: NOQUEUE: reject: RCPT from h[192.0.2.1]: 554 5.7.1 <x@y.example>: Relay access denied; "
            "from=<a@b.example> to=<x@y.example> proto=ESMTP helo=<h>");
        house.hear(
            "cleanup[8]: 4jWwR75TZdz1dmX6: milter-reject: END-OF-MESSAGE from h[192.0.2.1]: 5.7.1 virus found: x; "
            "from=<a@b.example> to=<x@a.example> proto=ESMTP helo=<h>");
        house.hear(
            "cleanup[8]: 4jWwR75TZdz1dmX6: milter-hold: END-OF-MESSAGE from h[192.0.2.1]: milter triggers HOLD "
            "action; from=<a@b.example> to=<x@a.example> proto=ESMTP helo=<h>");
        CHECK(house[R"(mailserver_smtp_rejects_total{reason="relay_denied"})"] == "1");
        CHECK(house[R"(mailserver_smtp_rejects_total{reason="virus"})"] == "1");
        CHECK(house["mailserver_virus_found_total"] == "1");
    }

    TEST_CASE("strangers make no series") {
        House house;
        for (const auto* user : {"a@a.example", "b@a.example", "c@a.example", "c@a.example", "a@a.example"}) {
            house.hear(
                std::format("smtps/smtpd[7]: 4jWwR75TZdz1dmX6: client=h[192.0.2.1], sasl_method=PLAIN, "
                            "sasl_username={}",
                            user));
            house.hear("qmgr[2]: 4jWwR75TZdz1dmX6: from=<a@b.example>, size=500, nrcpt=1 (queue active)");
        }
        CHECK(house[R"(mailserver_submissions_total{user="a@a.example"})"] == "2");
        CHECK(house[R"x(mailserver_submissions_total{user="(others)"})x"] == "2");
        const auto before = house.lines();
        for (int n = 0; n < 2000; ++n) {
            house.hear(std::format("smtpd[{0}]: connect from h{0}[192.0.2.1]", n));
            house.hear(
                std::format("smtpd[{0}]: warning: h{0}[192.0.2.1]: SASL PLAIN authentication failed: x, "
                            "sasl_username=name{0}@a.example",
                            n));
            house.hear(
                std::format("smtpd[{0}]: NOQUEUE: reject: RCPT from h{0}[192.0.2.1]: 550 5.1.1 <u{0}@a.example>: "
                            "Recipient address rejected: User unknown in virtual mailbox table; from=<s{0}@b.example> "
                            "to=<u{0}@a.example> proto=ESMTP helo=<e{0}>",
                            n));
            house.hear(
                std::format("smtpd[{0}]: disconnect from h{0}[192.0.2.1] ehlo=1 auth=0/1 mail=1 rcpt=0/1 "
                            "commands=2/4",
                            n));
        }
        CHECK(house.lines() == before);
        CHECK(house[R"(mailserver_smtp_auth_total{service="smtp",result="failure"})"] == "2000");
        CHECK(house[R"(mailserver_smtp_rejects_total{reason="unknown_user"})"] == "2000");
    }

    TEST_CASE("verdicts and complaints count") {
        House house;
        const maillog::Entry judged{
            .service = "rspamd",
            .queue_id = "4jWwR75TZdz1dmX6",
            .event = maillog::Judged{.action = "greylist", .reject_score = {}, .symbols = {}, .seconds = 0.2}};
        house.figures.read(judged);
        house.hear("smtpd[5]: warning: hostname x does not resolve to address 192.0.2.1");
        house.hear("master[5]: fatal: bind 0.0.0.0 port 25: Address already in use");
        CHECK(house["mailserver_greylisted_total"] == "1");
        CHECK(house[R"(mailserver_spam_scan_seconds_bucket{le="0.25"})"] == "1");
        CHECK(house["mailserver_smtp_client_name_errors_total"] == "1");
        CHECK(house[R"(mailserver_log_messages_total{engine="postfix",level="warning"})"] == "1");
        CHECK(house[R"(mailserver_log_messages_total{engine="postfix",level="error"})"] == "1");
    }
}
