#pragma once
/// `mailserver check-config` and `mailserver settings-template`.
#include "app/common/command.h"

namespace app {

/// Checks the settings of `--file FILE`, or the present ones, and the operator's overrides in the workspace: all
/// problems at once on stderr, exit code 2; or two lines on stdout, the second `Ports: 25 80 …`, and exit code 0.
/// Writes nothing but temporary files.
base::ExitCode check_config_command(Arguments arguments, const Installation& here);

/// Prints settings.env.empty.
base::ExitCode settings_template_command(Arguments arguments);

}  // namespace app
