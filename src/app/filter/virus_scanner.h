#pragma once
/// `mailserver virus-scanner`: what the supervisor starts as clamd.
#include "app/common/command.h"

namespace app {

/// Waits until there are signatures and enough memory to load them, saying in a file what it waits for; then becomes
/// clamd. So clamd is not started again and again to fail, or to fill the memory of a server that is too small.
base::ExitCode virus_scanner_command(Arguments arguments, const Installation& here);

}  // namespace app
