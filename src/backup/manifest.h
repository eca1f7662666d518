#pragma once
/// What a backup says of itself: written into it when it is made, compared when it is tried out.
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"

namespace backup {

/// Where the manifest is, relative to the workspace.
inline constexpr std::string_view manifest_path = "var/lib/mailserver/backup-manifest.json";

struct Manifest {
    struct Sample {
        std::string path;    ///< relative to the workspace
        std::string digest;  ///< SHA-256 of the content, in hexadecimal
        bool operator==(const Sample&) const = default;
    };
    base::SystemTime made{};
    std::string hostname;
    std::uint64_t entries = 0;   ///< files and folders, the manifest among them
    std::uint64_t messages = 0;  ///< in all mailboxes
    std::uint64_t queued = 0;    ///< in the queue
    std::uint64_t accounts = 0;
    std::vector<Sample> sample;  ///< some messages, by chance
    bool operator==(const Manifest&) const = default;
};

base::Result<> write_manifest(const std::filesystem::path& root, const Manifest& manifest);
/// From below `root`; not_found when there is none.
base::Result<Manifest> read_manifest(const std::filesystem::path& root);

/// How many accounts the database below `root` has; 0 without one.
base::Result<std::uint64_t> count_accounts(const std::filesystem::path& root);

/// SHA-256 of a file's content, in hexadecimal.
base::Result<std::string> digest_of(const std::filesystem::path& file);

}  // namespace backup
