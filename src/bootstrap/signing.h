#pragma once
/// The DKIM keys of the served domains, and putting in force which of them sign.
#include "base/error.h"
#include "dkim/keys.h"
#include "engines/engine.h"
#include "settings/settings.h"

namespace bootstrap {

/// Where they are and who may read them; fails when the image lacks the filter's group.
base::Result<dkim::Keys> dkim_keys(const settings::Settings& settings, const engines::Paths& paths);

/// Writes down for the filter which keys of each domain sign. A running filter does not look by itself
/// (engines::reread_signing).
base::Result<> write_signing(const settings::Settings& settings, const engines::Paths& paths);

}  // namespace bootstrap
