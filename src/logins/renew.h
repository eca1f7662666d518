#pragma once
/// What is done at the start with a database that may be lost without much harm.
#include <filesystem>
#include <string_view>

#include "base/error.h"

namespace logins {

/// Renames a damaged file to `<file>.damaged` and says so in the log; `what` is lost with it.
base::Result<> put_aside_if_damaged(const std::filesystem::path& file, std::string_view what);

}  // namespace logins
