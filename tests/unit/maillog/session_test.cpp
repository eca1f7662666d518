#include <doctest/doctest.h>

#include <string>

#include "maillog/line.h"

using namespace maillog;

namespace {

std::optional<Entry> read(std::string_view rest) {
    return parse("postfix", "Nov 21 15:02:11 mail postfix/" + std::string(rest));
}

template <class T>
T event(std::string_view rest) {
    const auto entry = read(rest);
    REQUIRE_MESSAGE(entry, rest);
    REQUIRE_MESSAGE(std::holds_alternative<T>(entry->event), rest);
    return std::get<T>(entry->event);
}

}  // namespace

TEST_CASE("a session is read from its beginning to its end") {
    const auto entry = read("proxy/submission/smtpd[221]: connect from unknown[2001:db8::1]");
    REQUIRE(entry);
    CHECK(entry->service == "proxy/submission/smtpd");
    CHECK(entry->process == 221);
    CHECK(std::get<Connected>(entry->event).client == Client{"unknown", "2001:db8::1"});
    const auto ended = event<Disconnected>(
        "smtpd[221]: disconnect from a.example[192.0.2.1] ehlo=2 starttls=1 auth=0/3 mail=1 rcpt=1/4 unknown=0/1 "
        "commands=5/12");
    CHECK(ended.client.address == "192.0.2.1");
    CHECK(ended.given("rcpt") == 4);
    CHECK(ended.given("data") == 0);
    CHECK(ended.given("commands") == 0);
    CHECK(ended.commands[3] == CommandCount{.command = "mail", .taken = 1, .given = 1});
    CHECK(event<Disconnected>("smtpd[1]: disconnect from a[192.0.2.1] commands=0/0").commands.empty());
    CHECK(event<Connected>("smtpd[1]: connect from a.example[192.0.2.1]:4711").client.name == "a.example");
}

TEST_CASE("who speaks TLS is known with protocol and cipher") {
    CHECK(event<Encrypted>("smtps/smtpd[2]: Anonymous TLS connection established from h.example[198.18.153.1]: TLSv1.3 "
                           "with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange x25519") ==
          Encrypted{.trust = "Anonymous",
                    .outgoing = false,
                    .peer = "h.example[198.18.153.1]",
                    .protocol = "TLSv1.3",
                    .cipher = "TLS_AES_256_GCM_SHA384"});
    const auto named = event<Encrypted>(
        "smtpd[2]: Anonymous TLS connection established from h.example[2001:db8::1] to mail.a.example: "
        "TLSv1.2 with cipher ECDHE-RSA-AES256-GCM-SHA384 (256/256 bits)");
    CHECK(named.peer == "h.example[2001:db8::1]");
    CHECK(named.cipher == "ECDHE-RSA-AES256-GCM-SHA384");
    const auto outgoing = event<Encrypted>(
        "smtp[2]: Verified TLS connection established to mx.b.example[192.0.2.2]:25: TLSv1.3 with cipher X (256/256 "
        "bits)");
    CHECK(outgoing.outgoing);
    CHECK(outgoing.trust == "Verified");
    CHECK(outgoing.peer == "mx.b.example[192.0.2.2]:25");
}

TEST_CASE("a session that breaks off is told with its stage") {
    CHECK(event<Lost>("smtps/smtpd[5]: lost connection after AUTH from h.example[192.0.2.1]") ==
          Lost{.client = {"h.example", "192.0.2.1"}, .stage = "AUTH", .timed_out = false});
    CHECK(event<Lost>("smtpd[5]: NOQUEUE: lost connection after CONNECT from localhost[127.0.0.1]").stage == "CONNECT");
    CHECK(event<Lost>("smtpd[5]: 4jWwR75TZdz1dmX6: lost connection after DATA (12 bytes) from h[2001:db8::1]").stage ==
          "DATA");
    CHECK(event<Lost>("smtpd[5]: timeout after END-OF-MESSAGE from h[192.0.2.1]") ==
          Lost{.client = {"h", "192.0.2.1"}, .stage = "END-OF-MESSAGE", .timed_out = true});
    CHECK_FALSE(read("smtpd[5]: lost connection after AUTH from nobody"));
    CHECK_FALSE(read("smtpd[5]: lost connection after AUTH from h[192.0.2.1] x"));
}

TEST_CASE("a failed login is one, whatever the user is called") {
    CHECK(event<LoginFailed>("smtps/smtpd[5]: warning: h.example[192.0.2.1]: SASL PLAIN authentication failed: "
                             "(reason unavailable), sasl_username=alice@a.example") ==
          LoginFailed{.client = {"h.example", "192.0.2.1"}, .method = "PLAIN", .user = "alice@a.example"});
    CHECK(event<LoginFailed>("smtpd[5]: warning: unknown[2001:db8::1]: SASL LOGIN authentication failed: x, "
                             "sasl_username=a, sasl_username=b: client=c[192.0.2.1]")
              .user == "a, sasl_username=b: client=c[192.0.2.1]");
}

TEST_CASE("complaints are read, those about a mail with its queue id") {
    CHECK(event<Complaint>("smtpd[5]: warning: hostname x does not resolve to address 192.0.2.1") ==
          Complaint{.level = "warning", .text = "hostname x does not resolve to address 192.0.2.1"});
    CHECK(event<Complaint>("master[5]: fatal: bind 0.0.0.0 port 25: Address already in use").level == "fatal");
    const auto entry = read("cleanup[5]: warning: 4jWwR75TZdz1dmX6: message rejected: hopcount exceeded");
    REQUIRE(entry);
    CHECK(entry->queue_id == "4jWwR75TZdz1dmX6");
    CHECK(std::get<Complaint>(entry->event).text == "message rejected: hopcount exceeded");
    CHECK(read("cleanup[5]: warning: something: else")->queue_id.empty());
}

TEST_CASE("holding and discarding are told with their reason") {
    const auto held = event<Refused>(
        "smtpd[5]: 4jWwR75TZdz1dmX6: hold: RCPT from h[192.0.2.1]: <h[192.0.2.1]>: Client host triggers HOLD action; "
        "from=<a@b.example> to=<c@d.example> proto=ESMTP helo=<x> sasl_method=PLAIN sasl_username=a@b.example");
    CHECK(held.what == "hold");
    CHECK(held.to == "c@d.example");
    CHECK(held.sasl_username == "a@b.example");
    CHECK(
        event<Refused>("cleanup[5]: ABCDEF0: milter-discard: END-OF-MESSAGE from h[192.0.2.1]: milter triggers DISCARD "
                       "action; from=<a@b> to=<c@d> proto=ESMTP helo=<x>")
            .what == "milter-discard");
    const auto header = event<Refused>(
        "cleanup[5]: ABCDEF0: reject: mime-error MIME nesting exceeds safety limit: X from h[192.0.2.1]; from=<a@b>");
    CHECK(header.stage == "mime-error");
    CHECK(header.text.starts_with("MIME nesting"));
    const auto connect = event<Refused>(
        "smtpd[5]: NOQUEUE: reject: CONNECT from h[192.0.2.1]: 450 4.7.1 <h[192.0.2.1]>: no; proto=SMTP");
    CHECK(connect.stage == "CONNECT");
    CHECK(connect.text == "450 4.7.1 <h[192.0.2.1]>: no");
}
