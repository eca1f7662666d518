#pragma once
/// Rspamd: filter, DKIM signer and SPF/DKIM/DMARC verifier, as one milter that scans in its own process.
#include "base/error.h"
#include "engines/engine.h"
#include "settings/settings.h"

namespace engines {

/// Its configuration, check and service for these settings; fails only when a template is missing or broken.
base::Result<Engine> rspamd(const settings::Settings& settings, const Paths& paths);

/// The folder where it keeps its patterns as compiled for this processor. It lives without; then it compiles them,
/// which takes 10 to 60 seconds.
std::string compiled_patterns(const Paths& paths);

/// Whether the filter takes mail: the beginning of a milter session, as Postfix would begin it.
supervise::Probe milter_probe(const Paths& paths);

}  // namespace engines
