#include "outbound/mail.h"

#include <doctest/doctest.h>

using outbound::parse_mail;
using outbound::recipients_outside;

namespace {

const std::set<base::Domain> served{*base::Domain::parse("a.example"), *base::Domain::parse("mail.a.example")};

std::vector<std::string> outside(std::vector<std::string> recipients) {
    return recipients_outside({.recipients = std::move(recipients)}, served);
}

}  // namespace

TEST_CASE("the filter's question is read") {
    const auto mail = parse_mail(
        "account:Alice@a.example\nqueue-id:4jWw\nclient:192.0.2.1\nsubject:Re: hello: x\nrecipient:b@b.example\n"
        "later:what\nrecipient:\"a:b\"@b.example");
    REQUIRE(mail);
    CHECK(mail->account == "alice@a.example");
    CHECK(mail->queue_id == "4jWw");
    CHECK(mail->client == "192.0.2.1");
    CHECK(mail->subject == "Re: hello: x");
    CHECK(mail->recipients == std::vector<std::string>{"b@b.example", "\"a:b\"@b.example"});
    CHECK_FALSE(parse_mail(""));
    CHECK_FALSE(parse_mail("recipient:a@b.example\n"));
    CHECK_FALSE(parse_mail("account:\nrecipient:a@b.example\n"));
    CHECK(parse_mail("account:x\nsubject:" + std::string(100'000, 'x'))->subject.size() <= 210);
    CHECK(parse_mail("account:x\nsubject:\x1b[2J\xff")->subject == "\\x1b[2J\\xff");
}

TEST_CASE("only recipients on other servers count, each once") {
    CHECK(outside({"b@b.example", "B@B.example", "c@b.example"}).size() == 2);
    CHECK(outside({"bob@a.example", "BOB@A.EXAMPLE", "postmaster@mail.a.example", "postmaster"}).empty());
    CHECK(outside({"bob@a.example", "x@y.a.example"}).size() == 1);
    CHECK(outside({"x@[192.0.2.1]", "\"@a.example\"@b.example"}).size() == 2);
    // Whom it is for nobody knows: better counted.
    CHECK(outside({}).size() == 1);
}
