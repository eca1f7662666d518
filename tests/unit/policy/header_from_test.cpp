#include "policy/header_from.h"

#include <doctest/doctest.h>

using policy::objection;
using policy::Submission;

namespace {

const std::set<base::Domain> served{*base::Domain::parse("a.example"), *base::Domain::parse("b.example")};

/// alice may send as herself and as sales@b.example.
base::Result<bool> may_send(const std::string& login, const std::string& address) {
    return login == "alice@a.example" && (address == login || address == "sales@b.example");
}

/// The objection to a mail of alice's with this header; "" when there is none.
std::string refused(const std::string& value, const std::string& name = "From") {
    const auto found = objection({.login = "alice@a.example", .headers = {{name, value}}}, served, may_send);
    REQUIRE(found);
    return found->value_or("");
}

}  // namespace

TEST_CASE("own addresses and those of foreign domains pass") {
    for (const auto value : {"alice@a.example", "Alice <ALICE@A.example>", "sales@b.example, alice@a.example",
                             "me@gmail.example", "x@sub.a.example", "x@a.example.org", "", "nobody", "Team:;"}) {
        CAPTURE(value);
        CHECK(refused(value) == "");
    }
}

TEST_CASE("an address of ours that is not the user's is named") {
    CHECK(refused("bob@a.example") == "From header: you may not send as bob@a.example");
    CHECK(refused("Bob <bob@B.example>", "Sender") == "Sender header: you may not send as bob@b.example");
    CHECK(refused("alice@a.example, nobody@b.example") == "From header: you may not send as nobody@b.example");
    CHECK(refused("me@gmail.example, bob@a.example.") == "From header: you may not send as bob@a.example");
}

TEST_CASE("every header counts") {
    const auto found =
        objection({.login = "alice@a.example",
                   .headers = {{"From", "alice@a.example"}, {"From", "bob@a.example"}, {"Sender", "alice@a.example"}}},
                  served, may_send);
    CHECK(found->value() == "From header: you may not send as bob@a.example");
    CHECK_FALSE(*objection({.login = "alice@a.example", .headers = {}}, served, may_send));
}

TEST_CASE("addresses that nobody can compare are refused") {
    CHECK(refused("=?utf-8?q?bob=40a.example?=") == "From header: an address must not be an encoded word");
    CHECK(refused("bob@\xEF\xBC\x81.example").contains("ASCII form"));
}

TEST_CASE("the text fits into an SMTP reply") {
    for (const auto& value :
         {std::string("\"b\r\nob%s\xC3\xA9\"@a.example"), "\"" + std::string(5000, 'x') + "\"@a.example"}) {
        const auto text = refused(value);
        CHECK(text.starts_with("From header: you may not send as "));
        CHECK(text.size() < 200);
        for (const char c : text) CHECK((c >= ' ' && c < 0x7F && c != '%'));
    }
}

TEST_CASE("when nobody can tell, that is an error") {
    const auto unknown = [](const std::string&, const std::string&) -> base::Result<bool> {
        return base::fail("the disk is gone");
    };
    CHECK_FALSE(objection({.login = "alice@a.example", .headers = {{"From", "bob@a.example"}}}, served, unknown));
    CHECK(objection({.login = "alice@a.example", .headers = {{"From", "x@gmail.example"}}}, served, unknown));
}

TEST_CASE("the filter's question is read") {
    const auto question = policy::parse_submission("alice@a.example\nFrom: a: b\nSender:x\n");
    REQUIRE(question);
    CHECK(question->login == "alice@a.example");
    CHECK(question->headers == std::vector<std::pair<std::string, std::string>>{{"From", " a: b"}, {"Sender", "x"}});
    CHECK(policy::parse_submission("alice@a.example")->headers.empty());
    CHECK_FALSE(policy::parse_submission(""));
    CHECK_FALSE(policy::parse_submission("\nFrom: x"));
    CHECK_FALSE(policy::parse_submission("alice@a.example\nFrom"));
}
