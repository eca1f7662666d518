#include "trace/refusal.h"

#include <doctest/doctest.h>

#include <format>

using trace::explain;

namespace {

struct Case {
    std::string_view host, reply, kind, provider;
};

/// As the servers say it; addresses and ids are made up.
constexpr Case cases[] = {
    {"gmail-smtp-in.l.google.com",
     "550-5.7.26 This mail has been blocked because the sender is unauthenticated. 550-5.7.26 Gmail requires all "
     "senders "
     "to authenticate with either SPF or DKIM. 550-5.7.26 550-5.7.26  Authentication results: 550-5.7.26  DKIM = did "
     "not "
     "pass 550-5.7.26  SPF [a.example] with ip: [192.0.2.1] = did not pass 550 5.7.26 x - gsmtp",
     "authentication", "Gmail"},
    {"aspmx.l.google.com",
     "550-5.7.26 Unauthenticated email from a.example is not accepted due to domain's 550-5.7.26 DMARC policy. Please "
     "contact the administrator of a.example domain",
     "authentication", "Gmail"},
    {"gmail-smtp-in.l.google.com",
     "550-5.7.1 [2001:db8::1] Our system has detected that this message does 550-5.7.1 not meet IPv6 sending "
     "guidelines "
     "regarding PTR records and 550-5.7.1 authentication. Please review 550 5.7.1 . x1 - gsmtp",
     "authentication", "Gmail"},
    {"gmail-smtp-in.l.google.com",
     "550-5.7.25 [192.0.2.1] The IP address sending this message does not have a 550-5.7.25 PTR record setup, or the "
     "corresponding forward DNS entry does not 550 5.7.25 match the sending IP.",
     "reverse-name", "Gmail"},
    {"gmail-smtp-in.l.google.com",
     "421-4.7.28 [192.0.2.1] Our system has detected an unusual rate of unsolicited 421-4.7.28 mail originating from "
     "your "
     "IP address. To protect our users from spam, 421-4.7.28 mail sent from your IP address has been temporarily rate "
     "421 4.7.28 limited.",
     "rate", "Gmail"},
    {"gmail-smtp-in.l.google.com",
     "550-5.7.1 [192.0.2.1] Our system has detected an unusual rate 550-5.7.1 of unsolicited mail originating from "
     "your IP "
     "address. 550 5.7.1 Bulk Email Senders Guidelines. u6 - gsmtp",
     "rate", "Gmail"},
    {"gmail-smtp-in.l.google.com",
     "550-5.7.1 [192.0.2.1] Our system has detected that this message is 550-5.7.1 likely suspicious due to the very "
     "low "
     "reputation of the sending 550-5.7.1 domain. To best protect our users from spam, the message has been blocked.",
     "reputation", "Gmail"},
    {"gmail-smtp-in.l.google.com",
     "550-5.1.1 The email account that you tried to reach does not exist. Please try 550-5.1.1 double-checking the "
     "recipient's email address for typos",
     "unknown-recipient", ""},
    {"gmail-smtp-in.l.google.com",
     "452-4.2.2 The recipient's inbox is out of storage space. Please direct the recipient", "mailbox-full", ""},
    {"gmail-smtp-in.l.google.com",
     "450-4.2.1 The user you are trying to contact is receiving mail too quickly. Please resend your message at a "
     "later",
     "recipient-rate", "Gmail"},
    {"gmail-smtp-in.l.google.com", "421 4.7.0 TLS required for RCPT domain, closing connection.", "tls", ""},
    {"outlook-com.olc.protection.outlook.com",
     "550 5.7.1 Unfortunately, messages from [192.0.2.1] weren't sent. Please contact your Internet service provider "
     "since "
     "part of their network is on our block list (S3150). You can also refer your provider to "
     "http://mail.live.com/mail/troubleshooting.aspx#errors.",
     "listed", "Microsoft"},
    {"b-example.mail.protection.outlook.com",
     "550 5.7.606 Access denied, banned sending IP [192.0.2.1]. To request removal from this list please visit "
     "https://sender.office.com/ and follow the directions. (AS16012609)",
     "listed", "Microsoft"},
    {"b-example.mail.protection.outlook.com",
     "550 5.7.1 Service unavailable, Client host [192.0.2.1] blocked using Spamhaus. To request removal from this list "
     "see "
     "https://www.spamhaus.org/query/ip/192.0.2.1 (AS16012611)",
     "listed", "Microsoft"},
    {"hotmail-com.olc.protection.outlook.com",
     "451 4.7.651 The mail server [192.0.2.1] has been temporarily rate limited due to IP reputation. For e-mail "
     "delivery "
     "information, see https://postmaster.live.com (S3114)",
     "rate", "Microsoft"},
    {"b-example.mail.protection.outlook.com",
     "451 4.7.500 Server busy. Please try again later from [192.0.2.1]. (AS77712344)", "rate", "Microsoft"},
    {"hotmail-com.olc.protection.outlook.com",
     "550 5.7.515 Access denied, sending domain A.EXAMPLE doesn't meet the required authentication level. The sender's "
     "domain in the 5322.From address doesn't meet the authentication requirements defined for the sender.",
     "authentication", "Microsoft"},
    {"b-example.mail.protection.outlook.com",
     "550 5.4.1 Recipient address rejected: Access denied. [DB5EUR03FT012.eop-EUR03.prod.protection.outlook.com]",
     "unknown-recipient", ""},
    {"mta5.am0.yahoodns.net",
     "421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to unexpected volume or user complaints - "
     "4.16.55.1; see https://postmaster.yahooinc.com/error-codes",
     "rate", "Yahoo"},
    {"mta5.am0.yahoodns.net",
     "553 5.7.1 [BL21] Connections will not be accepted from 192.0.2.1, because the ip is in Spamhaus's list; see "
     "https://postmaster.yahooinc.com/error-codes",
     "listed", "Yahoo"},
    {"mta5.am0.yahoodns.net",
     "554 5.7.9 Message not accepted for policy reasons. See https://postmaster.yahooinc.com/error-codes",
     "authentication", "Yahoo"},
    {"mx00.gmx.net",
     "554-gmx.net (mxgmx104) Nemesis ESMTP Service not available 554-No SMTP service 554-IP address is block listed. "
     "554 "
     "For explanation visit https://postmaster.gmx.net/en/case?c=r0201",
     "listed", "GMX and Web.de"},
    {"mx-ha02.web.de",
     "554-Transaction failed 554-Reject due to policy restrictions. 554 For explanation visit "
     "https://postmaster.web.de/en/case?c=hi",
     "reputation", "GMX and Web.de"},
    {"mx00.gmx.net",
     "550-Requested action not taken: mailbox unavailable 550 For explanation visit https://postmaster.gmx.net",
     "unknown-recipient", ""},
    {"mx00.gmx.net",
     "550 <b@gmx.net>: Reject due to SPF policy. The originating IP of the message is not permitted by the domain "
     "owner",
     "authentication", ""},
    {"mx03.t-online.de",
     "554 IP=192.0.2.1 - None/bad reputation. Ask your postmaster for help or to contact tobr@rx.t-online.de for "
     "reset. "
     "(NOWL)",
     "listed", "T-Online"},
    {"mx02.t-online.de",
     "554 IP=192.0.2.1 - A problem occurred. (Ask your postmaster for help or to contact tosa@rx.t-online.de to "
     "clarify.) "
     "(BL)",
     "listed", "T-Online"},
    {"mx01.mail.icloud.com",
     "550 5.7.1 [CS01] Message rejected due to local policy. Please visit https://support.apple.com/en-us/HT204137",
     "reputation", "iCloud"},
    {"mx01.mail.icloud.com", "550 5.7.1 Your message was rejected due to a.example DMARC policy.", "authentication",
     ""},
    {"mx01.mail.icloud.com",
     "550 5.7.1 Your email was rejected due to having a domain present in the Spamhaus DBL -- see "
     "https://www.spamhaus.org/dbl/",
     "listed", ""},
    {"mx.b.example",
     "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org; "
     "https://www.spamhaus.org/query/ip/192.0.2.1",
     "listed", ""},
    {"mx.b.example", "450 4.7.1 Client host rejected: cannot find your reverse hostname, [192.0.2.1]", "reverse-name",
     ""},
    {"mx.b.example", "450 4.7.1 Client host 192.0.2.1 has no PTR record (G1F)", "reverse-name", ""},
    {"mx.b.example", "450 4.2.0 <b@b.example>: Recipient address rejected: Greylisted, see http://postgrey.example",
     "greylisted", ""},
    {"mx.b.example", "451 4.7.1 Try again later", "greylisted", ""},
    {"mx.b.example", "550 5.1.1 <b@b.example>: Recipient address rejected: User unknown in virtual mailbox table",
     "unknown-recipient", ""},
    {"mx.b.example", "552 5.2.2 <b@b.example>: Recipient address rejected: The mailbox is full (quota exceeded)",
     "mailbox-full", ""},
    {"mx.b.example", "421 4.7.0 mx.b.example Error: too many connections from 192.0.2.1", "rate", ""},
    {"mx.b.example", "554 5.7.1 Spam message rejected", "content", ""},
    {"mx.b.example", "552 5.3.4 Message size exceeds fixed limit", "size", ""},
    {"mx.b.example", "554 5.7.1 <b@b.example>: Relay access denied", "relay", ""},
    {"mx.b.example", "530 5.7.0 Must issue a STARTTLS command first", "tls", ""},
};

}  // namespace

TEST_CASE("replies of other servers are understood") {
    for (const auto& [host, reply, kind, provider] : cases) {
        CAPTURE(reply);
        const auto text = std::format("host {}[192.0.2.9] said: {} (in reply to end of DATA command)", host, reply);
        const auto refusal = explain(std::format("{}[192.0.2.9]:25", host), text);
        REQUIRE(refusal);
        CHECK(refusal->kind == kind);
        CHECK(refusal->provider == provider);
        CHECK_FALSE(refusal->cause.empty());
        CHECK_FALSE(refusal->remedy.empty());
    }
}

TEST_CASE("so is what Postfix says when there is no reply") {
    const auto kind = [](std::string_view text) {
        const auto refusal = explain("none", text);
        return refusal ? refusal->kind : "";
    };
    CHECK(kind("host mx03.t-online.de[194.25.134.73] refused to talk to me: 554 IP=192.0.2.1 - None/bad reputation.") ==
          "listed");
    CHECK(kind("connect to b.example[192.0.2.1]:25: Connection timed out") == "unreachable");
    CHECK(kind("Host or domain name not found. Name service error for name=b.example type=A: Host not found") ==
          "no-domain");
    CHECK(kind("Host or domain name not found. Name service error for name=b.example type=MX: Host not found, try "
               "again") == "dns");
    CHECK(kind("TLS is required, but was not offered by host mx.b.example[192.0.2.1]") == "tls");
    CHECK(kind("Server certificate not trusted") == "tls");
    CHECK(kind("Domain b.example does not accept mail (nullMX)") == "no-domain");
    CHECK(kind("lost connection with mx.b.example[192.0.2.1] while receiving the initial server greeting") ==
          "unreachable");
    CHECK_FALSE(explain("none", "something nobody has ever said"));
    CHECK_FALSE(explain("none", std::string(10'000'000, '5')));
}

TEST_CASE("a reply does not make its server somebody else") {
    const auto refusal =
        explain("mx.evil.example[192.0.2.1]:25",
                "host mx.evil.example[192.0.2.1] said: 550 5.7.1 host x.google.com said low reputation");
    REQUIRE(refusal);
    CHECK(refusal->provider.empty());
}
