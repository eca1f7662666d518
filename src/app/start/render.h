#pragma once
/// `mailserver render`: the engines' configuration for these settings, to read or to compare.
#include "app/common/command.h"

namespace app {

/// Writes every rendered file below the given directory under its path in the container. Starts and checks nothing.
base::ExitCode render_command(Arguments arguments, const settings::Settings& settings, const Installation& here);

}  // namespace app
