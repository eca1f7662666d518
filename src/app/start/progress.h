#pragma once
/// `mailserver progress`: follows a start to its end, for the person who typed ./start_mailserver.sh.
#include "app/common/command.h"

namespace app {

/// Prints each phase as it is done, then the READY block with the first password (once). Exit code 0 when ready, 1 when
/// the start failed or takes longer than five minutes, 5 when no server is starting here.
base::ExitCode progress_command(Arguments arguments, const settings::Settings& settings, const Installation& here);

}  // namespace app
