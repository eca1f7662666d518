#pragma once
/// `mailserver trace`: what happened to a mail, from the database the running server keeps.
#include <string>
#include <vector>

#include "app/common/command.h"
#include "base/clock.h"

namespace app {

/// What other servers refuse, when it piles up within a day and is about this server; a sentence each.
std::vector<std::string> refusal_warnings(const Installation& here, base::SystemTime now);

base::ExitCode trace_command(Arguments arguments, const settings::Settings& settings, const Installation& here);

}  // namespace app
