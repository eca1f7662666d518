#pragma once
/// `mailserver import workspace|maildir|mbox`: moving in from another mail server. It works on the workspace, beside a
/// running server or without one; ./mailserver.sh runs it in a container of its own, which alone sees the old files.
#include "app/common/command.h"

namespace app {

/// ok; failed also when something could not be brought over; usage; not_found for a folder or user that is not there.
base::ExitCode import_command(Arguments arguments, const settings::Settings& settings, const Installation& here);

}  // namespace app
