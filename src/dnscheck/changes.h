#pragma once
/// What is different from the last time: an operator wants to hear that something broke or is well again, not the same
/// list every day. Pure.
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "dnscheck/check.h"

namespace dnscheck {

/// What the operator has been told.
struct Memory {
    std::map<std::string, std::string> open = {};  ///< what is wrong, by "id@subject": its text
    bool operator==(const Memory&) const = default;
};

/// The memory after this report. What could not be looked up stays as it was: nobody knows.
Memory remember(const Report& report, const Memory& before);

struct Changes {
    std::vector<std::string> broken;  ///< texts of findings that were not there before
    std::vector<std::string> mended;  ///< texts of findings that are gone
    bool operator==(const Changes&) const = default;
};
Changes changes(const Memory& before, const Memory& after);

/// As it stands in the workspace (JSON), and back.
std::string to_text(const Memory& memory);
base::Result<Memory> parse_memory(std::string_view text);

}  // namespace dnscheck
