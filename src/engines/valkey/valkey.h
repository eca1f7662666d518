#pragma once
/// Valkey: the memory of Rspamd (greylisting, Bayes, reputation), on a Unix socket only. Losing it loses no mail.
#include "base/error.h"
#include "engines/engine.h"
#include "settings/settings.h"

namespace engines {

/// Its configuration, check and service for these settings; fails only when a template is missing or broken.
base::Result<Engine> valkey(const settings::Settings& settings, const Paths& paths);

}  // namespace engines
