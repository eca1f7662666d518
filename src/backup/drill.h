#pragma once
/// The restore drill: a part of the newest backup is written to a scratch folder and looked at. A backup that was never
/// restored is a hope.
#include <filesystem>
#include <string>

#include "backup/manifest.h"
#include "backup/restic.h"

namespace backup {

struct Drilled {
    std::string snapshot;
    Manifest manifest;          ///< of the backup
    std::size_t databases = 0;  ///< found whole
};

/// Checks the repository, restores the databases, keys and settings of the newest backup and the messages of its sample
/// into `scratch`, and compares them with what was written down when it was made. not_found: there is no backup.
/// Nothing of it stays.
base::Result<Drilled> drill(const Restic& restic, const std::string& scratch);

/// The part of it that looks: every database below `root` is whole, the accounts are as many and the sample's messages
/// the same as the manifest says. The number of databases.
base::Result<std::size_t> compare(const std::filesystem::path& root, const Manifest& manifest);

}  // namespace backup
