#pragma once
/// What settings must not do to mailboxes and accounts there already are.
#include <string>
#include <vector>

#include "accounts/workspace.h"
#include "base/error.h"
#include "settings/settings.h"

namespace bootstrap {

/// Refuses a start (kind usage) that would lose sight of mail: another layout or naming of the folders on disk than
/// the mail there has, or a RECIPIENT_DELIMITER that takes a part of an account's name for a detail. What the mail has
/// is remembered in mail/layout, beside the mail, so that a copy of one takes the other along; without that file it is
/// what a Maildir has by default. Returns it in words.
base::Result<std::string> keep_mailboxes(const settings::Settings& settings, const accounts::Workspace& workspace,
                                         const std::vector<std::string>& addresses);

}  // namespace bootstrap
