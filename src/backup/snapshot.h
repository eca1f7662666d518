#pragma once
/// One consistent copy of the workspace in a folder, made while the server works.
///
/// Every message the server had answered for when this began is in it: first the queue is copied, then the mailboxes
/// are, so a message that is delivered meanwhile is in both, and none is in neither. The accounts and all other
/// databases come after the mail; homes that turn up with them are fetched last.
#include <string>

#include "backup/manifest.h"
#include "base/clock.h"
#include "base/error.h"

namespace backup {

struct Place {
    std::string workspace;   ///< absolute
    std::string hostname;    ///< for the manifest
    std::string index_dir;   ///< relative to the workspace, stays out; may be empty
    std::string repository;  ///< stays out when it is a folder in the workspace
};

/// Makes the folder anew. It is on the workspace's disk, where links can be made to everything.
base::Result<Manifest> make_snapshot(const Place& place, const std::string& folder, base::SystemTime now);

/// Nothing to do when there is none.
base::Result<> remove_folder(const std::string& folder);

}  // namespace backup
