#pragma once
/// What is done at the start with a database that may be lost without much harm.
#include <filesystem>
#include <string_view>

#include "base/error.h"

namespace db {

/// Renames a damaged file to `<file>.damaged` and says so in the log of `who`; `consequence` is what that means, as the
/// end of the sentence.
base::Result<> put_aside_if_damaged(const std::filesystem::path& file, std::string_view who,
                                    std::string_view consequence);

}  // namespace db
