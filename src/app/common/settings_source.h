#pragma once
/// Where a process of the container has the operator's settings from: the file settings_file, which the host's commands
/// mount; without one, the environment. Not the environment alone: the container engine shows it to everybody who may
/// ask it, with all passwords. The server's own process keeps a copy for the commands that are typed while it runs, so
/// that a change of the file counts for none of them before the next start.
#include <vector>

#include "app/common/command.h"
#include "base/error.h"
#include "settings/settings.h"
#include "settings/table.h"

namespace app {

inline constexpr const char* settings_file = "/settings.env";

/// The settings of the server that runs here, else those it would start with.
base::Result<settings::Settings> present_settings(const Installation& here);

/// The same as they were written; what is wrong with them is left out.
std::vector<settings::Entry> present_entries(const Installation& here);

/// For a process that starts the server or the monitoring: its settings, put down for all commands that follow.
base::Result<settings::Settings> settings_for_start(const Installation& here);

/// The settings in a file; not_found when there is none.
base::Result<settings::Settings> settings_from_file(const std::string& path);

}  // namespace app
