#pragma once
/// `mailserver run`: the container's process. Prepares everything, starts the engines, serves ports 80 and 443, keeps
/// the certificate fresh, and stops all of it in order on SIGTERM.
#include "app/common/command.h"

namespace app {

/// Exit code 0 after an ordered stop; 1 when the start failed (the log and `mailserver progress` say why).
base::ExitCode run_command(Arguments arguments, const settings::Settings& settings, const Installation& here);

}  // namespace app
