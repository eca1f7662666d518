#pragma once
/// Which folder there is which folder here.
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "imapsync/folder.h"

namespace imapsync {

/// What mailboxes here look like.
struct LocalFolders {
    std::string drafts = "Drafts", sent = "Sent", junk = "Junk", trash = "Trash";
    std::string archive;         ///< empty: there is none
    char separator = '.';        ///< between a folder and the one in it
    bool dots_in_names = false;  ///< whether a folder's name may hold one
};

/// The operator's own choice: the name there, as the server writes it, and the name here; empty: left out.
using Wishes = std::map<std::string, std::string>;

/// "Gesendet=Sent;Werbung=" as wishes. usage: a part without '=', an empty name, a control character, too long.
base::Result<Wishes> parse_wishes(std::string_view text);

/// Two folders that are kept the same. Names are mbsync's: UTF-8, levels separated by '/'.
struct Pair {
    std::string far;   ///< there
    std::string near;  ///< here
    bool operator==(const Pair&) const = default;
};

struct FolderMap {
    std::vector<Pair> pairs;            ///< INBOX first; each name once on either side
    std::string delimiter;              ///< the far server's, one character or nothing
    std::vector<std::string> left_out;  ///< "All Mail: it shows mail of other folders"
};

/// INBOX is INBOX; a folder with a special use (RFC 6154, or a usual name when the server marks none for this use) is
/// the one with this use here; all others have the same name on both sides, but for what cannot be part of one here.
/// Folders that only show mail of others are left out.
FolderMap map_folders(const std::vector<Folder>& folders, const Wishes& wishes, const LocalFolders& local);

/// Adds the folders that are only here, for the same name there.
void add_local_folders(FolderMap& map, const std::vector<std::string>& names, const Wishes& wishes,
                       const LocalFolders& local);

}  // namespace imapsync
