#pragma once
/// What the scanner's folder holds: ClamAV's signatures, and the operator's own.
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

#include "base/clock.h"

namespace virus {

struct Signatures {
    bool official = false;                  ///< both large databases of the ClamAV project are there
    std::uint64_t octets = 0;               ///< of all files clamd loads; 0: there is none
    std::optional<base::SystemTime> built;  ///< the daily database's time, when it is there
    bool operator==(const Signatures&) const = default;
};

/// What is in the folder; nothing when it cannot be read.
Signatures signatures_in(const std::filesystem::path& folder);

/// When a database of the project was built, from its first line:
/// `ClamAV-VDB:<date>:<version>:<count>:<level>:<MD5>:<signature>:<builder>:<seconds since 1970>`.
std::optional<base::SystemTime> build_time(std::string_view head);

}  // namespace virus
