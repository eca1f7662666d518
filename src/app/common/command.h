#pragma once
/// What every subcommand has in common.
#include <iosfwd>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "engines/engine.h"
#include "settings/settings.h"

namespace app {

/// The arguments behind the subcommand's name.
using Arguments = std::span<const std::string_view>;

/// Where the program is and what the operator decided: made in main(), handed to every subcommand.
struct Installation : engines::Paths {
    std::string progress_file() const { return run + "/progress.jsonl"; }
    /// The settings the server here was started with; root's alone.
    std::string settings_in_use() const { return run + "/settings.env"; }
    std::string status_file() const { return run + "/status.json"; }
    std::string overrides_file() const { return run + "/overrides.json"; }
    /// What the virus scanner waits for, in words; empty or not there: for nothing.
    std::string virus_obstacle_file() const { return run + "/virus-scanner-waits"; }
    std::string warnings_folder() const { return run + "/warnings"; }
    /// Which address a connection from the host arrived with (app/health/client_watch.h).
    std::string address_trial_file() const { return run + "/client-address"; }
    std::string certificate_file() const { return run + "/certificate.json"; }
};

/// Prints "error: <text>" and the remedy on a line of its own to stderr; returns the exit code for the error's kind.
base::ExitCode report(const base::Error& error);

/// Prints what a command has to say, or reports why it cannot.
base::ExitCode print(const base::Result<std::string>& said);

/// No words at all, or the first is `help` or `--help`.
bool asks_for_help(Arguments words);

/// A command's words without the option --json.
struct PlainWords {
    std::vector<std::string_view> words;
    bool as_json = false;
};
PlainWords without_json(Arguments arguments);

/// The only line of what comes in, such as a password; `what` names it. An error when there is none or more.
base::Result<std::string> line_of(std::istream& in, std::string_view what);

/// The error for arguments a subcommand cannot use.
base::Error usage_error(std::string_view command, std::string_view usage);

}  // namespace app
