#pragma once
/// PostSRSd: return addresses of ours for forwarded mail (SRS), and back to the sender. No templates: all it takes are
/// arguments.
#include "base/error.h"
#include "engines/engine.h"
#include "settings/settings.h"

namespace engines {

/// Its service; empty with SRS=false. Mail for this server flows without it: only forwards and their bounces wait.
base::Result<Engine> postsrsd(const settings::Settings& settings, const Paths& paths);

}  // namespace engines
