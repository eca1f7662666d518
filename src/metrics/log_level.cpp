#include "metrics/log_level.h"

#include <initializer_list>

namespace metrics {
namespace {

constexpr std::string_view warning = "warning", error = "error";

bool begins(std::string_view text, std::initializer_list<std::string_view> words) {
    for (const auto word : words)
        if (text.starts_with(word)) return true;
    return false;
}

/// What stands behind `end`; nothing at all when it does not come.
std::string_view behind(std::string_view text, std::string_view end) {
    const auto at = text.find(end);
    return at == std::string_view::npos ? std::string_view() : text.substr(at + end.size());
}

}  // namespace

std::optional<std::string_view> log_level(std::string_view service, std::string_view line) {
    std::string_view rest;
    if (service == "dovecot") {
        rest = behind(line, ": ");  // imap(alice@a.example)<12><session>: Error: …
        if (rest.starts_with("Warning: ")) return warning;
        if (begins(rest, {"Error: ", "Fatal: ", "Panic: "})) return error;
    } else if (service == "unbound") {
        rest = behind(line, ":0] ");  // [1795287229] unbound[142:0] error: …
        if (rest.starts_with("warning: ")) return warning;
        if (begins(rest, {"error: ", "fatal error: "})) return error;
    } else if (service == "valkey") {
        // 144:M 21 Nov 2026 18:53:49.491 # WARNING …
        rest = behind(line, ".");
        if (rest.size() > 3 && rest.substr(3).starts_with(" # ")) return warning;
    } else if (service == "clamd") {
        if (line.starts_with("WARNING: ")) return warning;
        if (line.starts_with("ERROR: ")) return error;
    }
    return std::nullopt;
}

}  // namespace metrics
