#pragma once
/// The engines this server is made of, each configured from the settings. Each is a folder here: one .cpp that maps
/// settings to values, and the templates of its files under the path they get in the container
/// (postfix/etc/postfix/main.cf.tmpl → /etc/postfix/main.cf). Reads the templates and writes nothing. Errors: a
/// template that is missing or does not fit, which is a fault of the build.
#include <vector>

#include "base/error.h"
#include "engines/engine.h"
#include "settings/settings.h"

namespace engines {

/// Resolver on 127.0.0.1:53. Has the root's trust anchor among its files only when the workspace holds none.
base::Result<Engine> unbound(const settings::Settings& settings, const Paths& paths);
/// What the filter remembers, on valkey_socket().
base::Result<Engine> valkey(const settings::Settings& settings, const Paths& paths);
/// Filter and DKIM signer: milter on milter_socket(), controller on controller_socket().
base::Result<Engine> rspamd(const settings::Settings& settings, const Paths& paths);
/// IMAP, delivery and passwords: 143, 993, 4190, lmtp_socket(), auth_socket().
base::Result<Engine> dovecot(const settings::Settings& settings, const Paths& paths);
/// SMTP and the queue: 25, 465, 587.
base::Result<Engine> postfix(const settings::Settings& settings, const Paths& paths);

/// All of them, in the order they start.
base::Result<std::vector<Engine>> all(const settings::Settings& settings, const Paths& paths);

}  // namespace engines
