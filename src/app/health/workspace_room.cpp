#include "app/health/workspace_room.h"

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <format>

#include "base/error.h"
#include "base/log.h"
#include "sys/fd.h"
#include "sys/files.h"

namespace app {
namespace {

/// The number of the error by which a new file of one block failed, or 0.
int try_to_write(const std::filesystem::path& folder) {
    // A file without a name needs all that one with a name does, and is gone whatever happens.
    const sys::UniqueFd file(::open(folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600));
    if (!file) return errno == EOPNOTSUPP || errno == EISDIR || errno == ENOENT ? 0 : errno;
    const std::array<char, 4096> block{};
    return ::write(file.get(), block.data(), block.size()) < 0 ? errno : 0;
}

}  // namespace

Room look_at_room(const std::filesystem::path& workspace) {
    struct statvfs disk{};
    if (::statvfs(workspace.c_str(), &disk) != 0) return {.fault = base::errno_text(errno)};
    Room room{.free_octets = std::uint64_t{disk.f_bavail} * disk.f_frsize};
    if (disk.f_files > 0 && disk.f_favail == 0) {
        room.fault = "it can hold no further file (inodes)";
    } else if (const int number = try_to_write(workspace); number != 0) {
        room.fault = base::errno_text(number);
        room.read_only = number == EROFS;
    }
    return room;
}

std::optional<std::string> room_warning(const Room& room, std::uint64_t message_size_limit) {
    const auto wanted = message_size_limit + message_size_limit / 2;
    if (room.fault.empty() && room.free_octets > wanted) return {};
    const auto why = room.fault.empty()
                         ? std::format("{} MiB are free, {} MiB are wanted for mail of any permitted size",
                                       room.free_octets >> 20, wanted >> 20)
                         : room.fault;
    return std::format(
        "the disk of the workspace takes no new mail: {}. Mail waits at its senders until there is room, and can be "
        "read. "
        "Make room; if the disk itself has failed, stop the server and repair it",
        why);
}

void RoomDoor::set_open(bool open) {
    if (open == open_) return;
    constexpr std::string_view refusal = " 452 4.3.1 Insufficient system storage";
    const auto table = open ? std::string("# There is room.\n") : std::format("0.0.0.0/0{0}\n::/0{0}\n", refusal);
    if (const auto written = sys::write_file(table_, table); !written)
        return base::log("mailserver", written.error().text);  // tried again when the disk is looked at next
    open_ = open;
    reload_();
}

}  // namespace app
