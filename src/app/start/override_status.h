#pragma once
/// What `mailserver status` tells about the operator's overrides: `mailserver run` leaves it in a file in /run.
#include <filesystem>
#include <string>
#include <vector>

#include "bootstrap/overrides.h"
#include "json/json.h"

namespace app {

/// What cannot be written is only logged: it stops no service.
void write_override_status(const std::filesystem::path& file, const std::vector<bootstrap::OverrideReport>& reports,
                           const std::vector<std::string>& strangers);

/// An object with "engines" (name, in_force, problem, warnings) and "problems" (all lines for people); null when there
/// is no such file.
json::Value read_override_status(const std::filesystem::path& file);

/// The lines under the table of services; empty when there are no overrides.
std::string override_lines(const json::Value& status);

}  // namespace app
