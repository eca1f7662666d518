#pragma once
/// `mailserver monitoring`: the own process of the monitoring container, a second one of the same image. It keeps the
/// store of metrics and the alert rules running (engines/monitoring), and has nothing of the workspace but their data.
#include "app/common/command.h"
#include "settings/settings.h"

namespace app {

/// usage when METRICS=false.
base::ExitCode monitoring_command(Arguments arguments, const settings::Settings& settings, const Installation& here);

}  // namespace app
