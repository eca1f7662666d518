#pragma once
/// A copy of what is small in a workspace and cannot be had again: accounts, aliases, keys, certificates, the
/// operator's own configuration, bans. No mail, no queue, nothing that is made anew by itself.
#include <filesystem>

#include "base/error.h"

namespace bootstrap {

/// Makes `target` with the same paths in it, owners and modes kept, its own too; whole or not at all. The folder it is
/// in keeps others out. What a call that was killed
/// has left at `target.new` is removed first.
base::Result<> copy_small_state(const std::filesystem::path& workspace, const std::filesystem::path& target);

}  // namespace bootstrap
