#pragma once
/// The accounts file at the server's start, and its last good copy. A damaged, missing or wrongly empty file stops the
/// start with the command that brings the accounts back: a server without its users would refuse their mail for good.
#include "accounts/store.h"
#include "accounts/workspace.h"

namespace accounts {

/// Opens the accounts, or makes the empty file of a new server. An error of kind failed, with the exact command to
/// restore, when the file is damaged or when there are signs of users it does not know.
base::Result<Store> open_at_start(const Workspace& workspace);

/// Brings accounts.sqlite.last-good up to date when the accounts changed since. To be called after the start and now
/// and then; true when a copy was made.
base::Result<bool> refresh_last_good(const Workspace& workspace);

}  // namespace accounts
