#pragma once
/// Who may send as whom, by the rules Postfix applies to the envelope (smtpd_sender_login_maps).
#include <string_view>

#include "accounts/site.h"
#include "accounts/workspace.h"
#include "base/error.h"

namespace accounts {

/// Whether `login` may send as `sender`, with or without a detail, or by a pattern. Both may be any
/// text; what is no address of an account or alias is nobody's. Opens the accounts for this one question, so that it
/// may be asked on any thread.
base::Result<bool> may_send(const Workspace& workspace, const Site& site, std::string_view login,
                            std::string_view sender);

}  // namespace accounts
