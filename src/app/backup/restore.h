#pragma once
/// Bringing back what a backup holds: everything, on a machine where nothing is yet, or one mailbox into a server that
/// runs. Neither ever replaces what is there.
#include <string>
#include <string_view>

#include "app/common/command.h"
#include "settings/settings.h"

namespace app {

/// The whole workspace. `snapshot`: an id, or empty for the newest. `exists`: there are accounts or mail already; an
/// error while a server runs on it. What was broken off before goes on.
base::Result<std::string> restore_everything(const settings::Settings& settings, const Installation& here,
                                             std::string_view snapshot);

struct MailboxChoice {
    std::string_view user, folder, snapshot;  ///< folder and snapshot may be empty: all of them, the newest
};

/// The messages of an account that its mailbox has no longer, into its folder "Restored". not_found: no such account,
/// backup or folder; not_running.
base::Result<std::string> restore_mailbox(const settings::Settings& settings, const Installation& here,
                                          const MailboxChoice& choice);

}  // namespace app
