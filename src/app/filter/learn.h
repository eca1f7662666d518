#pragma once
/// `mailserver learn spam|ham`: one mail on stdin, which a user has just moved, for Dovecot to call. It needs no
/// settings and no rights but to speak to the filter. People use `mailserver spam train`.
#include "app/common/command.h"

namespace app {

/// Failed only when the filter does not answer: Dovecot then logs it, and the mail stays where the user put it.
base::ExitCode learn_command(Arguments arguments, const Installation& here);

}  // namespace app
