#include "metrics/machine.h"

#include <sched.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "sys/files.h"

namespace metrics {
namespace {

std::string content(const char* file) {
    return sys::read_file(file, 1024 * 1024).value_or("");
}

double decimal(std::string_view text) {
    double value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

/// The numbers of lines "name: 12 kB" or "name 12".
std::map<std::string, std::uint64_t, std::less<>> named_numbers(std::string_view text) {
    std::map<std::string, std::uint64_t, std::less<>> numbers;
    for (const auto line : base::split(text, '\n')) {
        const auto words = base::words(line);
        if (words.size() < 2) continue;
        auto name = words[0];
        if (name.ends_with(':')) name.remove_suffix(1);
        if (const auto number = base::parse_number(words[1]))
            numbers[std::string(name)] = *number * (words.size() > 2 && words[2] == "kB" ? 1024 : 1);
    }
    return numbers;
}

std::uint64_t at(const std::map<std::string, std::uint64_t, std::less<>>& numbers, std::string_view name) {
    const auto found = numbers.find(name);
    return found == numbers.end() ? 0 : found->second;
}

/// The processors this process may run on.
double processors() {
    cpu_set_t set;
    CPU_ZERO(&set);
    if (::sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
    return static_cast<double>(std::max(1L, ::sysconf(_SC_NPROCESSORS_ONLN)));
}

void fill_memory(Registry& registry, const Limits& limits) {
    const auto memory = limited(parse_meminfo(content("/proc/meminfo")), limits);
    registry.set("mailserver_system_memory_total_bytes", static_cast<double>(memory.total));
    registry.set("mailserver_system_memory_available_bytes", static_cast<double>(memory.available));
    registry.set("mailserver_system_swap_total_bytes", static_cast<double>(memory.swap_total));
    registry.set("mailserver_system_swap_free_bytes", static_cast<double>(memory.swap_free));
    constexpr double unit = 1024;
    const auto used = memory.total - std::min(memory.total, memory.available);
    registry.set("system_memory_total", static_cast<double>(memory.total) / unit);
    registry.set("system_memory_used", static_cast<double>(used) / unit);
    registry.set("system_memory_free", static_cast<double>(memory.free) / unit);
    registry.set("system_memory_shared", static_cast<double>(memory.shared) / unit);
    registry.set("system_memory_buffers_cached", static_cast<double>(memory.cached) / unit);
    registry.set("system_memory_available", static_cast<double>(memory.available) / unit);
    registry.set("system_swap_total", static_cast<double>(memory.swap_total) / unit);
    registry.set("system_swap_used", static_cast<double>(memory.swap_total - memory.swap_free) / unit);
    registry.set("system_swap_free", static_cast<double>(memory.swap_free) / unit);
}

void fill_processors(Registry& registry, const Limits& limits) {
    const double cores = std::min(processors(), limits.cores.value_or(1e9));
    registry.set("mailserver_system_cpu_cores", cores);
    registry.set("system_num_cores", cores);
    const auto time =
        parse_cpu_stat(content("/sys/fs/cgroup/cpu.stat"))
            .value_or(parse_proc_stat(content("/proc/stat"), static_cast<double>(::sysconf(_SC_CLK_TCK))));
    registry.replace("mailserver_system_cpu_seconds_total", {{{"user"}, time.user}, {{"system"}, time.system}});
    // "0.52 0.58 0.59 1/467 11923"
    const auto text = content("/proc/loadavg");
    const auto words = base::words(text);
    if (words.size() < 4) return;
    registry.set("mailserver_system_load1", decimal(words[0]));
    registry.set("mailserver_system_load5", decimal(words[1]));
    registry.set("mailserver_system_load15", decimal(words[2]));
    registry.set("system_loadavg_1m", decimal(words[0]));
    registry.set("system_loadavg_5m", decimal(words[1]));
    registry.set("system_loadavg_15m", decimal(words[2]));
    const auto counts = base::split(words[3], '/');
    if (counts.size() != 2) return;
    registry.set("system_running_procs", decimal(counts[0]));
    registry.set("system_num_procs", decimal(counts[1]));
}

void fill_disk(Registry& registry, const std::string& workspace) {
    struct statvfs disk{};
    if (::statvfs(workspace.c_str(), &disk) != 0) return;
    const auto block = static_cast<double>(disk.f_frsize);
    const double total = block * static_cast<double>(disk.f_blocks), free = block * static_cast<double>(disk.f_bavail);
    registry.set("mailserver_disk_total_bytes", {workspace}, total);
    registry.set("mailserver_disk_free_bytes", {workspace}, free);
    registry.set("mailserver_disk_inodes_total", {workspace}, static_cast<double>(disk.f_files));
    registry.set("mailserver_disk_inodes_free", {workspace}, static_cast<double>(disk.f_favail));
    constexpr double unit = 1024;
    registry.set("system_storage_total", total / unit);
    registry.set("system_storage_used", (total - block * static_cast<double>(disk.f_bfree)) / unit);
    registry.set("system_storage_available", free / unit);
}

void fill_traffic(Registry& registry) {
    constexpr std::size_t most_devices = 8;
    Series series;
    for (const auto& [device, octets] : parse_traffic(content("/proc/net/dev"))) {
        if (series.size() >= 2 * most_devices) break;
        series[{device, "receive"}] = static_cast<double>(octets.first);
        series[{device, "transmit"}] = static_cast<double>(octets.second);
    }
    registry.replace("mailserver_network_bytes_total", std::move(series));
}

}  // namespace

Memory parse_meminfo(std::string_view text) {
    const auto numbers = named_numbers(text);
    return {.total = at(numbers, "MemTotal"),
            .available = at(numbers, "MemAvailable"),
            .swap_total = at(numbers, "SwapTotal"),
            .swap_free = at(numbers, "SwapFree"),
            .free = at(numbers, "MemFree"),
            .shared = at(numbers, "Shmem"),
            .cached = at(numbers, "Buffers") + at(numbers, "Cached") + at(numbers, "SReclaimable")};
}

Limits parse_limits(std::string_view memory_max, std::string_view memory_current, std::string_view memory_stat,
                    std::string_view cpu_max) {
    Limits limits;
    limits.memory = base::parse_number(base::trim(memory_max));  // "max": no limit
    const auto current = base::parse_number(base::trim(memory_current)).value_or(0);
    limits.memory_used = current - std::min(current, at(named_numbers(memory_stat), "inactive_file"));
    // Microseconds of each period: "150000 100000", or "max 100000".
    const auto words = base::words(cpu_max);
    const auto quota = words.size() == 2 ? base::parse_number(words[0]) : std::nullopt;
    const auto period = words.size() == 2 ? base::parse_number(words[1]) : std::nullopt;
    if (quota && period && *quota > 0 && *period > 0)
        limits.cores = static_cast<double>(*quota) / static_cast<double>(*period);
    return limits;
}

Memory limited(Memory machine, const Limits& limits) {
    if (!limits.memory || *limits.memory >= machine.total) return machine;
    machine.total = *limits.memory;
    machine.available = std::min(machine.available, machine.total - std::min(machine.total, limits.memory_used));
    machine.free = std::min(machine.free, machine.available);
    return machine;
}

std::optional<CpuTime> parse_cpu_stat(std::string_view text) {
    const auto numbers = named_numbers(text);
    if (!numbers.contains("user_usec") || !numbers.contains("system_usec")) return std::nullopt;
    return CpuTime{.user = static_cast<double>(at(numbers, "user_usec")) / 1e6,
                   .system = static_cast<double>(at(numbers, "system_usec")) / 1e6};
}

CpuTime parse_proc_stat(std::string_view text, double ticks_per_second) {
    // "cpu  user nice system idle iowait irq softirq …"
    const auto words = base::words(text.substr(0, text.find('\n')));
    if (words.size() < 8 || words[0] != "cpu") return {};
    return {.user = (decimal(words[1]) + decimal(words[2])) / ticks_per_second,
            .system = (decimal(words[3]) + decimal(words[6]) + decimal(words[7])) / ticks_per_second};
}

std::map<std::string, std::pair<std::uint64_t, std::uint64_t>> parse_traffic(std::string_view text) {
    std::map<std::string, std::pair<std::uint64_t, std::uint64_t>> traffic;
    for (const auto line : base::split(text, '\n')) {
        const auto colon = line.find(':');
        if (colon == std::string_view::npos) continue;
        const auto name = base::trim(line.substr(0, colon));
        const auto words = base::words(line.substr(colon + 1));
        if (name == "lo" || words.size() < 9) continue;
        const auto received = base::parse_number(words[0]), sent = base::parse_number(words[8]);
        if (received && sent) traffic[std::string(name)] = {*received, *sent};
    }
    return traffic;
}

void read_machine(Registry& registry, const std::string& workspace) {
    const auto limits = parse_limits(content("/sys/fs/cgroup/memory.max"), content("/sys/fs/cgroup/memory.current"),
                                     content("/sys/fs/cgroup/memory.stat"), content("/sys/fs/cgroup/cpu.max"));
    fill_memory(registry, limits);
    fill_processors(registry, limits);
    fill_disk(registry, workspace);
    fill_traffic(registry);
}

}  // namespace metrics
