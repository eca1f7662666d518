#pragma once
/// What the server remembers of its backups from one to the next.
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"

namespace backup {

struct State {
    std::string repository;     ///< where the last backup went
    std::string repository_id;  ///< restic's; another one there is not ours
    std::optional<base::SystemTime> last_try, last_success;
    bool running = false;              ///< one was begun and has not ended; or it was killed
    std::string snapshot;              ///< restic's id of the last backup
    std::chrono::seconds duration{0};  ///< of the last backup
    std::uint64_t octets = 0;          ///< all that is in it
    std::uint64_t added = 0;           ///< what it added to the repository
    std::string failure;               ///< why the last try failed, with what to do about it; empty: it did not
    std::optional<base::SystemTime> last_drill, last_verified, last_prune;
    std::string drill_failure;  ///< the same for the drill
    bool operator==(const State&) const = default;
};

/// No file: no backup yet. An error when it cannot be read.
base::Result<State> read_state(const std::filesystem::path& file);

base::Result<> write_state(const std::filesystem::path& file, const State& state);

/// What `mailserver status` warns of.
std::vector<std::string> warnings(const State& state);

}  // namespace backup
