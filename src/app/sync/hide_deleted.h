#pragma once
/// `mailserver hide-deleted`: a filter between mbsync and Dovecot (imapsync/hide_deleted.h).
#include "app/common/command.h"

namespace app {

base::ExitCode hide_deleted_command(Arguments arguments);

}  // namespace app
