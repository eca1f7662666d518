#pragma once
/// How much memory and processor time the services take, each with all its processes. Read from /proc/*/stat and
/// status, which tell about processes of other users, too; smaps_rollup, which would tell exactly, does not.
#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace metrics {

struct Process {
    pid_t pid = 0, parent = 0;
    std::string name;         ///< comm: the first 15 octets of the program's name
    std::uint64_t ticks = 0;  ///< processor time, with that of ended children
    std::uint64_t own = 0;    ///< octets of memory of its own
    std::uint64_t files = 0;  ///< octets of programs and libraries it has in memory
    bool operator==(const Process&) const = default;
};

/// From the contents of /proc/<pid>/stat and /proc/<pid>/status. A name in it may hold anything.
Process parse_process(pid_t pid, std::string_view stat, std::string_view status);

struct Usage {
    std::uint64_t processes = 0;
    std::uint64_t ticks = 0;
    std::uint64_t memory = 0;  ///< octets
    bool operator==(const Usage&) const = default;
};

/// A service with all its processes, by its main process; its keeper (supervise/keeper.h) is the parent of that one and
/// of its orphans, and counts only for the time of those it has buried. What a process shares with its parent after a
/// fork (both have the same name) counts once, programs and libraries as often as in the process that has most of them.
Usage usage_of_service(const std::vector<Process>& all, pid_t main_process);
/// One process by itself.
Usage usage_of_one(const std::vector<Process>& all, pid_t pid);

/// All processes of this container; about 20 µs each.
std::vector<Process> read_processes();

}  // namespace metrics
