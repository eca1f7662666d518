#pragma once
/// What is done at the start with a database that may be lost without much harm.
#include <filesystem>
#include <span>
#include <string_view>

#include "base/error.h"
#include "db/database.h"

namespace db {

/// Renames a damaged file to `<file>.damaged` and says so in the log of `who`; `consequence` is what that means, as the
/// end of the sentence.
base::Result<> put_aside_if_damaged(const std::filesystem::path& file, std::string_view who,
                                    std::string_view consequence);

/// The same, then opens the file or makes a new one, with its schema up to date (Database::open_current()). The disk is
/// not waited for: a power cut may take the last entries.
base::Result<Database> open_or_renew(const std::filesystem::path& file, std::string_view who,
                                     std::string_view consequence, std::span<const std::string_view> schema);

}  // namespace db
