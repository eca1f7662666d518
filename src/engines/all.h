#pragma once
/// The engines of this product, as one list.
#include <vector>

#include "base/error.h"
#include "engines/engine.h"
#include "settings/settings.h"

namespace engines {

/// Every engine with its configuration, in an order in which each comes after those it needs.
base::Result<std::vector<Engine>> all(const settings::Settings& settings, const Paths& paths);

}  // namespace engines
