#pragma once
/// Files, written so that a kill or a power cut at any moment leaves the old or the new content, never half of one.
#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "sys/fd.h"

namespace sys {

struct Owner {
    uid_t uid = 0;
    gid_t gid = 0;
    bool operator==(const Owner&) const = default;
};

/// The numeric owner behind names of /etc/passwd and /etc/group; not_found when the image lacks one.
base::Result<Owner> lookup_owner(const std::string& user, const std::string& group);

struct FileMode {
    mode_t mode = 0644;
    std::optional<Owner> owner;  ///< nothing: whoever runs this program
};

/// The whole content; not_found when there is no such file, an error when it is larger than `limit` octets.
base::Result<std::string> read_file(const std::filesystem::path& path, std::uint64_t limit = 16 * 1024 * 1024);

/// Replaces or makes `path`: temporary file beside it, mode and owner set before any content, fsync, rename,
/// fsync of the folder. A symbolic link at `path` is replaced, never followed; not_found when the folder is missing.
base::Result<> write_file(const std::filesystem::path& path, std::string_view content, const FileMode& mode = {});

/// Puts new content into a file that cannot be replaced by a rename: container engines mount single files.
base::Result<> write_in_place(const std::filesystem::path& path, std::string_view content);

/// Makes the folder and its missing parents (parents: 0755, root) and sets mode and owner, also of an existing one.
base::Result<> ensure_directory(const std::filesystem::path& path, const FileMode& mode = {.mode = 0755, .owner = {}});

/// Replaces or makes the symbolic link `path` in one step.
base::Result<> write_symlink(const std::filesystem::path& path, const std::filesystem::path& target);

/// fsync of a folder, so that a rename inside it survives a power cut.
base::Result<> sync_directory(const std::filesystem::path& path);

/// An exclusive flock(2) on a file, held until destruction or death of the process.
class FileLock {
  public:
    /// Takes the lock at once; `exists` when another process holds it.
    static base::Result<FileLock> try_take(const std::filesystem::path& path);
    /// Waits for the lock.
    static base::Result<FileLock> take(const std::filesystem::path& path);

  private:
    explicit FileLock(UniqueFd descriptor) : descriptor_(std::move(descriptor)) {}
    UniqueFd descriptor_;
};

}  // namespace sys
