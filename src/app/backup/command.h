#pragma once
/// `mailserver backup`: making, listing, trying out and restoring backups.
#include "app/common/command.h"
#include "settings/settings.h"

namespace app {

base::ExitCode backup_command(Arguments arguments, const settings::Settings& settings, const Installation& here);

}  // namespace app
