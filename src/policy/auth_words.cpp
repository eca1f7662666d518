#include "policy/auth_words.h"

#include <charconv>

#include "base/ip.h"
#include "json/json.h"

namespace policy {
namespace {

/// Longer than any address (RFC 5321 §4.5.3.1) and any name of an app password.
constexpr std::size_t longest_name = 320;

base::Result<json::Value> parse_object(std::string_view text) {
    auto value = json::parse(text);
    if (!value) return base::context("cannot read the report", value.error());
    if (!(*value)["login"].is_text()) return base::fail("cannot read the report: it names no login");
    return value;
}

Attempt attempt_in(const json::Value& value) {
    const auto client = base::IpAddress::parse(value["remote"].text());
    return {.login = value["login"].text().substr(0, longest_name),
            .protocol = value["protocol"].text(),
            .client = client ? client->str() : std::string(),
            .password = first_bits(value["pwhash"].text()),
            // Postfix offers AUTH behind TLS only, and cannot tell Dovecot more than "secured".
            .in_clear =
                value["secured"].is_text() && value["secured"].text() != "TLS" && value["protocol"].text() != "smtp"};
}

}  // namespace

base::Result<Attempt> parse_attempt(std::string_view json) {
    const auto value = parse_object(json);
    if (!value) return std::unexpected(value.error());
    return attempt_in(*value);
}

base::Result<Outcome> parse_outcome(std::string_view json) {
    const auto value = parse_object(json);
    if (!value) return std::unexpected(value.error());
    const bool refused = (*value)["policy_reject"].boolean();
    const bool accepted = (*value)["success"].boolean() && !refused;
    return Outcome{.attempt = attempt_in(*value),
                   .accepted = accepted,
                   .judged = !refused && (*value)["fail_type"].text() != "internal",
                   .app_password = (*value)["app_password"].text().substr(0, longest_name),
                   .to_hash = base::Secret(accepted ? (*value)["password"].text() : "")};
}

std::uint64_t first_bits(std::string_view digits) {
    std::uint64_t bits = 0;
    std::from_chars(digits.data(), digits.data() + std::min<std::size_t>(digits.size(), 16), bits, 16);
    return bits;
}

std::string to_json(const Verdict& verdict) {
    return json::dump(json::object({{"status", verdict.allowed ? verdict.delay.count() : -1}, {"msg", ""}}));
}

}  // namespace policy
