#pragma once
/// Users of the operator's directory beside our own accounts. Ours come first: what is an account or alias here belongs
/// to nobody in the directory, and is never asked about there, so that a directory that is down harms no local user.
#include <vector>

#include "accounts/site.h"
#include "accounts/workspace.h"
#include "base/address.h"
#include "base/error.h"

namespace accounts {

/// Those of the directory to whom mail for an address goes, by a domain alias, too; a detail is left aside. Opens the
/// accounts for this one question, so that it may be asked on any thread. A transient error when nobody can tell.
base::Result<std::vector<directory::Person>> directory_users(const Workspace& workspace, const Site& site,
                                                             const base::EmailAddress& address);

}  // namespace accounts
