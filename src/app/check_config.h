#pragma once
/// `mailserver check-config` and `mailserver settings-template`.
#include "app/command.h"

namespace app {

/// Checks the settings of `--file FILE`, or of the environment: all problems at once on stderr, exit code 2; or two
/// lines on stdout, the second `Ports: 25 80 …`, and exit code 0. Writes nothing.
base::ExitCode check_config_command(Arguments arguments);

/// Prints settings.env.empty.
base::ExitCode settings_template_command(Arguments arguments);

/// The settings of this process's environment, as the container engine made it from settings.env.
base::Result<settings::Settings> settings_from_environment();

}  // namespace app
