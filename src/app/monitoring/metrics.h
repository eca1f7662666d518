#pragma once
/// `mailserver metrics`: the figures of the running server as its door shows them, and the table of all there are.
#include "app/common/command.h"

namespace app {

/// `metrics [dovecot|rspamd]`: the present values; `metrics --reference`: the table, for which nothing need run.
base::ExitCode metrics_command(Arguments arguments, const Installation& here);

}  // namespace app
