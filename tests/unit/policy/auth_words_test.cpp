#include "policy/auth_words.h"

#include <doctest/doctest.h>

#include <format>

using policy::Outcome;

namespace {

/// As Dovecot 2.4 sends it.
constexpr std::string_view report = R"({"app_password":"my \"phone\"","device_id":"","fail_type":"",)"
                                    R"("login":"alice@example.org","protocol":"imap",)"
                                    R"("pwhash":"0123456789abcdef00112233445566778899aabbccddeeff0123456789abcdef",)"
                                    R"("remote":"192.0.2.7","session_id":"x","success":true,)"
                                    R"("policy_reject":false,"tls":true})";

}  // namespace

TEST_CASE("Dovecot's report is understood") {
    const auto outcome = policy::parse_outcome(report);
    REQUIRE(outcome);
    CHECK(*outcome == Outcome{.attempt = {.login = "alice@example.org",
                                          .protocol = "imap",
                                          .client = "192.0.2.7",
                                          .password = 0x0123456789abcdef},
                              .accepted = true,
                              .app_password = "my \"phone\""});
    CHECK(*policy::parse_attempt(report) == outcome->attempt);
    CHECK_FALSE(policy::parse_outcome(R"({"login":"a","fail_type":"policy","policy_reject":true})")->judged);
    CHECK_FALSE(policy::parse_outcome(R"({"login":"a","fail_type":"internal"})")->judged);
    for (const auto type : {"credentials", "account", "disabled", "expired", ""})
        CHECK(policy::parse_outcome(R"({"login":"a","fail_type":")" + std::string(type) + R"("})")->judged);
}

TEST_CASE("a password without TLS is told from one behind it") {
    const auto in_clear = [](std::string_view protocol, std::string_view secured) {
        return policy::parse_attempt(
                   std::format(R"({{"login":"a","protocol":"{}","secured":"{}"}})", protocol, secured))
            ->in_clear;
    };
    CHECK_FALSE(in_clear("imap", "TLS"));
    for (const auto secured : {"", "secured", "tls-like"}) {
        CHECK(in_clear("imap", secured));
        CHECK(in_clear("pop3", secured));
        CHECK_FALSE(in_clear("smtp", secured));
    }
    CHECK_FALSE(policy::parse_attempt(R"({"login":"a","protocol":"imap"})")->in_clear);
}

TEST_CASE("what is no report is refused, what is strange in one is harmless") {
    for (const auto bad : {"", "x", "[]", "{}", R"({"login":7})", R"({"login":"a)"}) {
        CAPTURE(bad);
        CHECK_FALSE(policy::parse_outcome(bad));
        CHECK_FALSE(policy::parse_attempt(bad));
    }
    const auto strange =
        policy::parse_outcome(R"({"login":"' OR 1","remote":"not an address","success":"yes","pwhash":"-xyz"})");
    REQUIRE(strange);
    CHECK(strange->attempt.client.empty());
    CHECK(strange->attempt.password == 0);
    CHECK_FALSE(strange->accepted);
    const auto long_name = policy::parse_outcome(R"({"login":")" + std::string(60'000, 'a') + R"("})");
    REQUIRE(long_name);
    CHECK(long_name->attempt.login.size() < 1000);
    CHECK_FALSE(policy::parse_outcome(R"({"login":"a","success":true,"policy_reject":true})")->accepted);
}

TEST_CASE("answers are in Dovecot's words, without a reason") {
    CHECK(policy::to_json({}) == R"({"status":0,"msg":""})");
    CHECK(policy::to_json({.allowed = true, .delay = std::chrono::seconds(3)}) == R"({"status":3,"msg":""})");
    CHECK(policy::to_json({.allowed = false}) == R"({"status":-1,"msg":""})");
}
