#include "virus/memory.h"

#include <algorithm>
#include <limits>
#include <string>
#include <string_view>

#include "base/text.h"
#include "sys/files.h"

namespace virus {
namespace {

constexpr std::uint64_t mebi = 1024 * 1024;
constexpr std::uint64_t unlimited = std::numeric_limits<std::uint64_t>::max();

std::string content(const std::filesystem::path& file) {
    return sys::read_file(file).value_or("");
}

/// The number behind a name at the beginning of a line: `MemTotal:  123 kB`, `inactive_file 123`.
std::uint64_t number_after(std::string_view text, std::string_view name, std::uint64_t otherwise) {
    for (const auto line : base::split(text, '\n')) {
        const auto words = base::words(line);
        if (words.size() < 2 || words[0] != name) continue;
        return base::parse_number(words[1]).value_or(otherwise);
    }
    return otherwise;
}

struct Group {
    std::uint64_t limit = unlimited, used = 0;
};

/// `cache`: what the kernel gives back at once.
Group group(const std::string& limit, const std::string& usage, std::uint64_t cache) {
    const auto used = base::parse_number(base::trim(usage)).value_or(0);
    return {.limit = base::parse_number(base::trim(limit)).value_or(unlimited), .used = used - std::min(used, cache)};
}

Group control_group(const std::filesystem::path& root) {
    const auto v2 = root / "sys/fs/cgroup", v1 = root / "sys/fs/cgroup/memory";
    if (const auto limit = content(v2 / "memory.max"); !limit.empty())
        return group(limit, content(v2 / "memory.current"),
                     number_after(content(v2 / "memory.stat"), "inactive_file", 0));
    return group(content(v1 / "memory.limit_in_bytes"), content(v1 / "memory.usage_in_bytes"),
                 number_after(content(v1 / "memory.stat"), "total_inactive_file", 0));
}

}  // namespace

Memory memory_here(const std::filesystem::path& root) {
    const auto machine = content(root / "proc/meminfo");
    constexpr auto no_line = unlimited / 1024;
    const auto container = control_group(root);
    return {.total = std::min(number_after(machine, "MemTotal:", no_line) * 1024, container.limit),
            .available = std::min(number_after(machine, "MemAvailable:", no_line) * 1024,
                                  container.limit - std::min(container.limit, container.used))};
}

std::uint64_t needed_by_clamd(const Signatures& signatures, bool official) {
    return official ? 1400 * mebi : 100 * mebi + 8 * signatures.octets;
}

}  // namespace virus
