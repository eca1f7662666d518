#pragma once
/// When to fetch signatures, and what went wrong. Pure.
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace virus {

/// How long to wait after one try to fetch signatures before the next. The public servers slow down who asks too often.
std::chrono::seconds pause_after_update(bool succeeded, bool has_signatures);

/// Why freshclam fetched nothing though it should have, in a sentence without full stop; nothing: it did its work.
std::optional<std::string> failure_of_update(int exit_code, std::string_view output);

/// What of freshclam's output belongs into the log: what it fetched.
bool is_news(std::string_view line);

}  // namespace virus
