#pragma once
/// Whether clamd can be started, and what the operator is told when it cannot. Pure.
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "virus/memory.h"
#include "virus/signatures.h"

namespace virus {

/// What stands against starting clamd now; nothing: it may start. `official`: ClamAV's own signatures are wanted, and
/// without them it must not call mail clean.
std::optional<std::string> obstacle(const Signatures& signatures, const Memory& memory, bool official);

/// The error for a machine or container on which clamd can never run, nothing for one that is large enough.
std::optional<base::Error> too_small(const Memory& memory, bool official);

/// What the supervisor knows, at one moment.
struct Situation {
    Signatures signatures;
    std::string obstacle;      ///< that clamd waits for; empty: none
    std::string last_failure;  ///< of fetching signatures; empty: the last try succeeded or there was none
    bool official = true;
    bool pass_unscanned = false;
    base::SystemTime now{};
};

/// What the operator should know: sentences without their full stop.
std::vector<std::string> warnings(const Situation& situation);

}  // namespace virus
