#pragma once
/// The machine as this container may use it: what the kernel says in /proc, held to the limits of cgroup v2. Texts in,
/// values out; read_machine() reads the files.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "metrics/registry.h"

namespace metrics {

/// Octets.
struct Memory {
    std::uint64_t total = 0, available = 0, swap_total = 0, swap_free = 0;
    std::uint64_t free = 0, shared = 0, cached = 0;  ///< cached: buffers and files
    bool operator==(const Memory&) const = default;
};

/// What /proc/meminfo says.
Memory parse_meminfo(std::string_view text);

/// What a control group may use and does; nothing where it is not limited.
struct Limits {
    std::optional<std::uint64_t> memory;  ///< octets
    std::uint64_t memory_used = 0;        ///< without what the kernel would give back at once
    std::optional<double> cores;
    bool operator==(const Limits&) const = default;
};

/// From memory.max, memory.current, memory.stat and cpu.max; each may be empty.
Limits parse_limits(std::string_view memory_max, std::string_view memory_current, std::string_view memory_stat,
                    std::string_view cpu_max);

/// The less of both.
Memory limited(Memory machine, const Limits& limits);

/// Seconds.
struct CpuTime {
    double user = 0, system = 0;
};
/// Of cgroup v2's cpu.stat; nothing when the text is none.
std::optional<CpuTime> parse_cpu_stat(std::string_view text);
/// Of the whole machine, from /proc/stat.
CpuTime parse_proc_stat(std::string_view text, double ticks_per_second);

/// By interface, received and sent octets, without loopback: /proc/net/dev.
std::map<std::string, std::pair<std::uint64_t, std::uint64_t>> parse_traffic(std::string_view text);

/// Fills the rows mailserver_system_…, mailserver_disk_… and mailserver_network_…. Cheap: no file is larger than a few
/// kB.
void read_machine(Registry& registry, const std::string& workspace);

}  // namespace metrics
