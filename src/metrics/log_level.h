#pragma once
/// How bad a line of an engine's log is, by the word each of them has for it. Postfix' lines are read by maillog.
#include <optional>
#include <string_view>

namespace metrics {

/// "warning", "error", or nothing for all other lines. `service` is the supervised one: "dovecot", "unbound", …
std::optional<std::string_view> log_level(std::string_view service, std::string_view line);

}  // namespace metrics
