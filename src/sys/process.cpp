#include "sys/process.h"

#include <format>

#include "base/text.h"
#include "sys/files.h"

namespace sys {

std::optional<std::uint64_t> process_start(pid_t pid) {
    const auto text = read_file(std::format("/proc/{}/stat", pid), 4096);
    if (!text) return std::nullopt;
    // proc(5): the second field is a name in brackets that may hold anything; the start time is field 22.
    const auto behind_name = text->rfind(')');
    if (behind_name == std::string::npos) return std::nullopt;
    const auto fields = base::words(std::string_view(*text).substr(behind_name + 1));
    constexpr std::size_t field = 22 - 3;
    return fields.size() > field ? base::parse_number(fields[field]) : std::nullopt;
}

}  // namespace sys
