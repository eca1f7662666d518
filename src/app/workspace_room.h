#pragma once
/// Whether the disk of the workspace takes new mail: a full or broken one puts all of it off while every service runs.
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace app {

/// What statvfs(2) says of a disk, and what came of writing a little.
struct Room {
    std::uint64_t free_octets = 0;
    std::string fault = {};  ///< why nothing can be written; empty when something can
};

/// Leaves nothing behind. Where a file system cannot do it without, nothing is written and there is no fault.
Room look_at_room(const std::filesystem::path& workspace);

/// The warning for the operator; nothing when mail of that size is taken. Postfix wants one and a half times as much.
std::optional<std::string> room_warning(const Room& room, std::uint64_t message_size_limit);

}  // namespace app
