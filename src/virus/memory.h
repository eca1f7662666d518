#pragma once
/// How much memory there is for the scanner, which needs more than all the rest of the server.
#include <cstdint>
#include <filesystem>

#include "virus/signatures.h"

namespace virus {

/// Octets, without swap: with its signatures there a scan would take minutes.
struct Memory {
    std::uint64_t total = 0;      ///< the machine's, or what the container may use of it
    std::uint64_t available = 0;  ///< … that nobody uses at the moment
    bool operator==(const Memory&) const = default;
};

/// As the kernel tells it: /proc/meminfo, and the limits of the control group (version 2 or 1). `root` is where /proc
/// and /sys are. What cannot be read limits nothing.
Memory memory_here(const std::filesystem::path& root = "/");

/// What clamd needs: with ClamAV's own databases 1.2 to 1.3 GiB were seen in 2025; else by the size of the files.
std::uint64_t needed_by_clamd(const Signatures& signatures, bool official);

/// What the rest of the server needs beside it.
constexpr std::uint64_t needed_by_the_rest = 300ULL * 1024 * 1024;

}  // namespace virus
