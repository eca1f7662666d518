#pragma once
/// What can go wrong, as a value. A function that can fail returns Result<T>; on the way up each level adds one
/// `cannot …` in front with context(). Only main() prints errors and turns their kind into an exit code.
#include <expected>
#include <string>
#include <string_view>

namespace base {

/// What an error means to the person who typed the command; main() maps it to the documented exit code.
enum class ErrorKind { failed, usage, not_found, exists, not_running };

/// Whether doing the same thing again later can succeed by itself.
enum class Permanence { permanent, transient };

struct Error {
    std::string text;    ///< "cannot write /etc/x: permission denied"
    std::string remedy;  ///< what to do about it, one sentence; may be empty
    ErrorKind kind = ErrorKind::failed;
    Permanence permanence = Permanence::permanent;
    bool operator==(const Error&) const = default;
};

template <class T = void>
using Result = std::expected<T, Error>;

/// The exit codes every command and subcommand shares (README, "Exit codes").
enum class ExitCode : int { ok = 0, failed = 1, usage = 2, not_found = 3, exists = 4, not_running = 5 };

/// The exit code an error of this kind ends a command with.
ExitCode exit_code(ErrorKind kind);

/// An error that stays until somebody changes something.
std::unexpected<Error> fail(std::string text, std::string remedy = {}, ErrorKind kind = ErrorKind::failed);

/// An error that may be gone at the next try (network, busy disk, another process).
std::unexpected<Error> fail_transient(std::string text, std::string remedy = {});

/// The same error one level up: "<what>: <text>", remedy and kind kept. For `return base::context("cannot …",
/// r.error())`.
std::unexpected<Error> context(std::string_view what, Error error);

/// The text of errno value `number`, in lower case like the rest of our messages ("permission denied").
std::string errno_text(int number);

}  // namespace base
