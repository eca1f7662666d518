#pragma once
/// `mailserver demo`: shows the running server at work, through the same ports a mail program uses.
#include "app/common/command.h"

namespace app {

/// Makes demo@<DOMAIN> with a new password, submits a mail to it over 465 and prints it as read back over 993.
base::ExitCode demo_command(Arguments arguments, const settings::Settings& settings, const Installation& here);

}  // namespace app
