#pragma once
/// Puts an engine's rendered configuration in place, checked by the engine itself.
#include <filesystem>
#include <string>

#include "base/error.h"
#include "engines/engine.h"

namespace bootstrap {

/// Makes the engine's folders, writes its files and runs its checks. When a check fails, every file is put back as it
/// was and the error holds what the checker said. A configuration that passed before, byte for byte and with the same
/// `build`, is not checked again: `checked` is the file that remembers it.
/// Returns "checked" or "as before".
base::Result<std::string> configure(const engines::Engine& engine, const std::string& build,
                                    const std::filesystem::path& checked);

/// Runs the engine's checks on a copy of its configuration in a temporary folder, which is gone afterwards: nothing
/// else is written. For a server that is running with other files.
base::Result<> check_copy(engines::Engine engine);

}  // namespace bootstrap
