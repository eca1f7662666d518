#pragma once
/// When backups and their drills are due. Pure.
#include <optional>

#include "backup/state.h"
#include "base/clock.h"
#include "settings/settings.h"

namespace backup {

/// Whether a backup is to be made now: at once when there was none yet; after one that failed not for an hour.
bool backup_is_due(const settings::Backup& settings, const State& state, base::SystemTime now);

/// Whether the newest backup is to be tried out now; after a try that failed, not for a day.
bool drill_is_due(const settings::Backup& settings, const State& state, base::SystemTime now);

/// Whether what no backup needs any more is to be taken out of the repository: once a week, as it takes long.
bool prune_is_due(const State& state, base::SystemTime now);

}  // namespace backup
