#include "policy/login_policy.h"

#include <doctest/doctest.h>

using policy::LoginPolicy;
using policy::Outcome;

namespace {

const base::SystemTime noon{std::chrono::hours(12)};

/// As Dovecot 2.4 sends it.
constexpr std::string_view report = R"({"app_password":"my \"phone\"","device_id":"","fail_type":"",)"
                                    R"("login":"alice@example.org","protocol":"imap","pwhash":"0f06",)"
                                    R"("remote":"192.0.2.7","session_id":"x","success":true,)"
                                    R"("policy_reject":false,"tls":true})";

Outcome accepted(std::string protocol) {
    return {.attempt = {.login = "alice@example.org", .protocol = std::move(protocol), .client = "192.0.2.7"},
            .accepted = true,
            .app_password = "phone"};
}

}  // namespace

TEST_CASE("Dovecot's report is understood") {
    const auto outcome = policy::parse_outcome(report);
    REQUIRE(outcome);
    CHECK(*outcome == Outcome{.attempt = {.login = "alice@example.org", .protocol = "imap", .client = "192.0.2.7"},
                              .accepted = true,
                              .app_password = "my \"phone\""});
    CHECK(policy::parse_attempt(report)->login == "alice@example.org");
}

TEST_CASE("what is no report is refused, what is strange in one is harmless") {
    for (const auto bad : {"", "x", "[]", "{}", R"({"login":7})", R"({"login":"a)"}) {
        CAPTURE(bad);
        CHECK_FALSE(policy::parse_outcome(bad));
        CHECK_FALSE(policy::parse_attempt(bad));
    }
    const auto strange = policy::parse_outcome(R"({"login":"' OR 1","remote":"not an address","success":"yes"})");
    REQUIRE(strange);
    CHECK(strange->attempt.client.empty());
    CHECK_FALSE(strange->accepted);
    const auto long_name = policy::parse_outcome(R"({"login":")" + std::string(60'000, 'a') + R"("})");
    REQUIRE(long_name);
    CHECK(long_name->attempt.login.size() < 1000);
    CHECK_FALSE(policy::parse_outcome(R"({"login":"a","success":true,"policy_reject":true})")->accepted);
}

TEST_CASE("everybody may try") {
    const auto verdict = LoginPolicy().decide({.login = "alice@example.org"}, noon);
    CHECK(verdict.allowed);
    CHECK(policy::to_json(verdict) == R"({"status":0,"msg":""})");
    CHECK(policy::to_json({.allowed = false, .reason = "no"}) == R"({"status":-1,"msg":"no"})");
}

TEST_CASE("accepted logins of mail programs are remembered, others not") {
    LoginPolicy logins;
    for (const auto protocol : {"imap", "pop3", "sieve", "smtp"})
        CHECK(logins.learn(accepted(protocol), noon) ==
              logins::Login{.account = "alice@example.org",
                            .app_password = "phone",
                            .visit = {.time = noon, .protocol = protocol, .client = "192.0.2.7"}});
    CHECK_FALSE(logins.learn(accepted("doveadm"), noon));
    CHECK_FALSE(logins.learn(accepted(""), noon));
    auto refused = accepted("imap");
    refused.accepted = false;
    CHECK_FALSE(logins.learn(refused, noon));
}
