#pragma once
/// Dovecot: IMAP, delivery into mailboxes (LMTP, Sieve) and the judge of passwords, also for Postfix.
#include "base/error.h"
#include "engines/engine.h"
#include "settings/settings.h"

namespace engines {

/// Its configuration, check and service for these settings; fails only when a template is missing or broken.
base::Result<Engine> dovecot(const settings::Settings& settings, const Paths& paths);

}  // namespace engines
