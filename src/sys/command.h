#pragma once
/// Running another program to its end and collecting what it said. For checkers and one-shot tools; long-lived
/// programs belong to supervise.
#include <chrono>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace sys {

struct Command {
    std::vector<std::string> argv;          ///< argv[0] is looked up in PATH
    std::vector<std::string> environment;   ///< "NAME=value" on top of the program's own
    std::string input;                      ///< what it reads on stdin
    std::size_t most_output = 1024 * 1024;  ///< octets of its output that are kept
    std::chrono::milliseconds timeout{60'000};
    std::stop_token stop{};  ///< kills it early, within a fifth of a second
    /// Gets the output piece by piece while it comes, beside what is kept.
    std::function<void(std::string_view)> on_output = {};
    bool terminal = false;  ///< what it writes to is a terminal: some programs tell their progress only then
};

struct Outcome {
    int exit_code = 0;   ///< 128 + signal number when a signal ended it
    std::string output;  ///< stdout and stderr as they came, at most Command::most_output
};

/// Starts the program and waits for it; safe to call from any thread. An error when it cannot be started or runs
/// longer than its timeout or is told to stop (it is killed then), not when it exits with another code than 0.
base::Result<Outcome> run(const Command& command);

}  // namespace sys
