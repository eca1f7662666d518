#pragma once
/// What came of the runs of each synchronised account: kept in a file that the supervisor and `sync run` write.
#include <optional>
#include <string>
#include <vector>

#include "accounts/store.h"
#include "app/common/command.h"
#include "app/sync/run.h"
#include "base/clock.h"
#include "metrics/registry.h"

namespace app {

struct SyncRecord {
    std::string address, host, login;
    base::SystemTime since{};  ///< of the account's row; another one is another account
    base::SystemTime ended{};  ///< the last run
    std::optional<base::SystemTime> success;
    std::optional<base::SystemTime> tried_again;  ///< mails that were refused once
    unsigned failures = 0;                        ///< in a row
    std::string failure;                          ///< with its remedy; empty: none
    std::string refusal;                          ///< why single mails were not taken; empty: all were
    std::uint64_t copied_here = 0, copied_there = 0;
};

/// The record of each account there is, empty ones for those that had no run yet.
std::vector<SyncRecord> sync_records(const std::vector<accounts::Sync>& syncs, const Installation& here);

/// Whether an account's next run is due.
bool is_due(const accounts::Sync& sync, const SyncRecord& record, base::SystemTime now);

/// Whether that run shall try again what was refused before: once an hour.
bool tries_again(const SyncRecord& record, base::SystemTime now);

/// Notes the end of a run; a run that was only stopped is none.
void note_sync(const accounts::Sync& sync, const base::Result<SyncDone>& done, bool again, base::SystemTime now,
               const Installation& here);

/// A sentence for each account that is not as it should be.
std::vector<std::string> sync_warnings(const std::vector<SyncRecord>& records);

void fill_sync_figures(metrics::Registry& registry, const Installation& here);

}  // namespace app
