#pragma once
/// The same files in two folders, by hard links: no content is copied, and a file that is removed or replaced here
/// stays as it was there. Everything goes by open folders and follows no symbolic link, as users' processes write here.
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>

#include "accounts/folder.h"
#include "base/error.h"

namespace backup {

using accounts::Folder;

/// Makes `name` in `parent`, unless it is there, with owner and mode of `like`.
base::Result<Folder> enter_or_make(const Folder& parent, const std::string& name, const Folder& like);

enum class Copied { yes, gone, incomplete };
/// Copies one file or symbolic link with owner, mode and time; one its owner may not execute is `incomplete`, when that
/// matters.
base::Result<Copied> copy_file(const Folder& from, const Folder& to, const std::string& name,
                               bool only_executable = false);

/// Brings a folder that changes all the while into another one. A file is known by its inode, so one that was renamed
/// between two passes is neither lost nor there twice.
class Mirror {
  public:
    struct Item {
        std::string folder;  ///< where it is, relative to the folder that is mirrored
        std::string name;
        bool is_folder = false;
    };
    enum class How {
        leave,
        link,
        copy,
        copy_if_complete  ///< a queue file of Postfix, which becomes executable when all of it is there
    };

    /// `how` is asked about each file and folder (for a folder: whether to enter it); `taken` hears of each file that
    /// was.
    Mirror(std::function<How(const Item&)> how, std::function<void(const Item&)> taken = {})
        : how_(std::move(how)), taken_(std::move(taken)) {}

    /// Goes through `from` until nothing new shows up, five times at most. What was there all the time is then in `to`,
    /// unless somebody has moved it as often, each time to where we had just been.
    base::Result<> settle(const Folder& from, const Folder& to);

  private:
    base::Result<> pass(const Folder& from, const Folder& to, const std::string& path, int depth);
    base::Result<> take(const Folder& from, const Folder& to, const Item& item, ino_t inode);

    std::function<How(const Item&)> how_;
    std::function<void(const Item&)> taken_;
    std::unordered_set<ino_t> seen_;
    bool changed_ = false;
};

}  // namespace backup
