#pragma once
/// `mailserver spam train|stat|help`: what the spam filter has learned, and teaching it whole folders of mail.
#include "app/common/command.h"

namespace app {

/// ok; failed; usage; not_found for a folder or user that does not exist; not_running without the filter.
base::ExitCode spam_command(Arguments arguments, const Installation& here);

}  // namespace app
