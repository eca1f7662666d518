#include "policy/login_policy.h"

#include <algorithm>
#include <array>

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
            .client = client ? client->str() : std::string()};
}

bool is_of_a_mail_program(std::string_view protocol) {
    return std::ranges::contains(std::array<std::string_view, 4>{"imap", "pop3", "sieve", "smtp"}, protocol);
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
    return Outcome{.attempt = attempt_in(*value),
                   .accepted = (*value)["success"].boolean() && !(*value)["policy_reject"].boolean(),
                   .app_password = (*value)["app_password"].text().substr(0, longest_name)};
}

std::string to_json(const Verdict& verdict) {
    return json::dump(json::object({{"status", verdict.allowed ? 0 : -1}, {"msg", verdict.reason}}));
}

Verdict LoginPolicy::decide(const Attempt&, base::SystemTime) const {
    return {};
}

std::optional<logins::Login> LoginPolicy::learn(const Outcome& outcome, base::SystemTime now) const {
    const auto& [login, protocol, client] = outcome.attempt;
    // `doveadm auth test` and the like are the operator's.
    if (!outcome.accepted || login.empty() || !is_of_a_mail_program(protocol)) return std::nullopt;
    return logins::Login{.account = login,
                         .app_password = outcome.app_password,
                         .visit = {.time = now, .protocol = protocol, .client = client}};
}

}  // namespace policy
