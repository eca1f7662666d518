#pragma once
/// ClamAV: clamd, which the filter asks about every mail, on a Unix socket only. freshclam, which fetches its
/// signatures, is run by app now and then. Mail service does not wait for any of them.
#include "base/error.h"
#include "engines/engine.h"
#include "settings/settings.h"
#include "sys/command.h"

namespace engines {

/// Its configuration and service for these settings, nothing when VIRUS_SCAN is off; fails only when a template is
/// missing or broken.
base::Result<Engine> clamav(const settings::Settings& settings, const Paths& paths);

/// Replaces this process by clamd; comes back only with an error.
base::Error become_clamd();

/// The command that fetches new signatures and tells clamd of them.
sys::Command fetch_signatures();

}  // namespace engines
