#pragma once
/// Unbound: the resolver of this machine on 127.0.0.1:53. Validates DNSSEC, which DANE needs, and asks the blocklists
/// from our own address, which they insist on.
#include "base/error.h"
#include "engines/engine.h"
#include "settings/settings.h"

namespace engines {

/// Its configuration, check and service for these settings; fails only when a template is missing or broken.
base::Result<Engine> unbound(const settings::Settings& settings, const Paths& paths);

}  // namespace engines
