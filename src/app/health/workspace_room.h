#pragma once
/// Whether the disk of the workspace takes new mail: a full or broken one puts all of it off while every service runs.
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>

namespace app {

/// What statvfs(2) says of a disk, and what came of writing a little.
struct Room {
    std::uint64_t free_octets = 0;
    std::string fault = {};  ///< why nothing can be written; empty when something can
    bool read_only = false;  ///< that is why
};

/// Leaves nothing behind. Where a file system cannot do it without, nothing is written and there is no fault.
Room look_at_room(const std::filesystem::path& workspace);

/// The warning for the operator; nothing when mail of that size is taken. Postfix wants one and a half times as much.
std::optional<std::string> room_warning(const Room& room, std::uint64_t message_size_limit);

/// Whether Postfix should refuse mail itself. When octets run short it does by its own look; when files cannot be made
/// for another reason it would try again and again while the client waits. On a disk that is read-only it starts no
/// process and a reload ends it, so it is left alone.
inline bool refuses_mail(const Room& room) {
    return !room.fault.empty() && !room.read_only;
}

/// Lets Postfix answer 452 to every client, or take mail again.
class RoomDoor {
  public:
    /// Postfix' table of clients, and what makes it read that anew.
    RoomDoor(std::filesystem::path table, std::function<void()> reload)
        : table_(std::move(table)), reload_(std::move(reload)) {}

    /// Does nothing when that is so already. By one thread.
    void set_open(bool open);

  private:
    std::filesystem::path table_;
    std::function<void()> reload_;
    bool open_ = true;
};

}  // namespace app
