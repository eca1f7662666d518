#pragma once
/// Folders below mail/inboxes, entered one by one: nothing there is followed when it is a symbolic link.
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <functional>
#include <memory>
#include <string>

#include "accounts/workspace.h"
#include "sys/fd.h"

namespace accounts {

constexpr int deepest_folder = 40;

/// An open folder, or what went wrong (errno) opening it.
class Folder {
  public:
    Folder() = default;
    explicit Folder(int descriptor) : descriptor_(descriptor), problem_(descriptor < 0 ? errno : 0) {}

    explicit operator bool() const { return static_cast<bool>(descriptor_); }
    int get() const { return descriptor_.get(); }
    int problem() const { return problem_; }
    Folder enter(const std::string& name) const {
        return Folder(::openat(get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    }

    /// One of the things in a folder.
    struct Entry {
        std::string name;
        ino_t inode = 0;
        mode_t type = 0;  ///< S_IFDIR, S_IFREG, S_IFLNK …
    };

    /// Calls `each(entry)` for everything inside but `.` and `..`.
    void for_each_entry(const std::function<void(const Entry&)>& each) const {
        // A descriptor of its own, because closedir() closes it.
        Folder again(::openat(get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (!again) return;
        const auto close = [](DIR* stream) { ::closedir(stream); };
        const std::unique_ptr<DIR, decltype(close)> stream(::fdopendir(again.get()));
        if (!stream) return;
        (void)again.descriptor_.release();
        while (const dirent* found = ::readdir(stream.get())) {
            Entry entry{
                .name = found->d_name, .inode = found->d_ino, .type = static_cast<mode_t>(DTTOIF(found->d_type))};
            if (entry.name == "." || entry.name == "..") continue;
            if (found->d_type == DT_UNKNOWN) {
                struct stat status{};
                if (::fstatat(get(), entry.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0)
                    entry.type = status.st_mode & S_IFMT;
            }
            each(entry);
        }
    }

    /// Calls `each(name, is_folder)` for the same.
    void for_each(const std::function<void(const std::string&, bool)>& each) const {
        for_each_entry([&](const Entry& entry) { each(entry.name, S_ISDIR(entry.type)); });
    }

  private:
    sys::UniqueFd descriptor_;
    int problem_ = 0;
};

/// Opens `name` in `parent`, made with `mode` and given to the mail user when it is not there.
inline Folder enter_or_make(const Folder& parent, const std::string& name, mode_t mode, sys::Owner owner,
                            bool& was_there) {
    was_there = ::mkdirat(parent.get(), name.c_str(), mode) != 0;
    if (was_there && errno != EEXIST) return Folder(-1);
    Folder folder = parent.enter(name);
    if (folder && !was_there &&
        (::fchown(folder.get(), owner.uid, owner.gid) != 0 || ::fchmod(folder.get(), mode) != 0))
        return Folder(-1);
    return folder;
}

inline Folder open_inboxes(const Workspace& workspace) {
    return Folder(::open(workspace.inboxes().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

}  // namespace accounts
