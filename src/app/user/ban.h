#pragma once
/// `mailserver ban`: the networks that may not log in, those the server has found and those of the operator.
#include <cstddef>
#include <filesystem>
#include <string_view>

#include "app/common/command.h"
#include "base/clock.h"
#include "base/error.h"

namespace app {

/// "90s", "30m", "12h", "7d" or "2w", at most ten years.
base::Result<std::chrono::seconds> parse_duration(std::string_view text);

/// The number of bans in force; 0 also when there is no such file.
std::size_t count_bans(const std::filesystem::path& file);

/// `mailserver ban list|add|del|help`. It works on the workspace, whether or not the server is running.
base::ExitCode ban_command(Arguments arguments, const settings::Settings& settings, const Installation& here);

}  // namespace app
