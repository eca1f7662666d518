#pragma once
/// Reading somebody else's folders: nothing is followed that is a symbolic link, only regular files and folders count,
/// and nothing is written.
#include <sys/types.h>

#include <cstdint>
#include <ctime>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/folder.h"
#include "base/error.h"
#include "sys/fd.h"

namespace moving {

using accounts::Folder;

Folder open_folder(const std::string& path);

/// A folder below another; `path` is relative. Not there: a Folder that is none.
Folder enter(const Folder& folder, std::string_view path);

/// A file below a folder; not_found when there is none, or what is there is no regular file.
base::Result<std::string> read_text(const Folder& folder, std::string_view path, std::uint64_t limit);

bool has_file(const Folder& folder, std::string_view path);

/// Names in a folder, sorted: of folders, or of everything else.
std::vector<std::string> folders_in(const Folder& folder);
std::vector<std::string> files_in(const Folder& folder);

/// An open regular file.
struct OpenFile {
    sys::UniqueFd descriptor;
    std::uint64_t size = 0;
    timespec changed{};
};
base::Result<OpenFile> open_file(const Folder& folder, const std::string& name);

}  // namespace moving
