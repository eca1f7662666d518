#pragma once
/// Other processes, as /proc shows them.
#include <sys/types.h>

#include <cstdint>
#include <optional>

namespace sys {

/// When the process started, in clock ticks since the machine's boot; nothing when there is no such process. A pid
/// together with this names one process for ever, a pid alone is used again.
std::optional<std::uint64_t> process_start(pid_t pid);

}  // namespace sys
