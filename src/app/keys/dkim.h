#pragma once
/// `mailserver dkim list|next|use`: the keys mail is signed with, and their life cycle (dkim/ring.h).
#include <functional>
#include <string>

#include "app/common/command.h"
#include "base/clock.h"

namespace app {

/// ok; failed; usage; not_found for a domain or selector that is not there.
base::ExitCode dkim_command(Arguments arguments, const settings::Settings& settings, const Installation& here);

/// Whether the world sees this value as the TXT record of this name.
using IsPublished = std::function<bool(const std::string& name, const std::string& value)>;

/// Every announced key that is published takes over, keys whose retirement is over are let go, and a running filter
/// learns of it. What happened, as lines for the log.
base::Result<std::vector<std::string>> move_dkim_keys_on(const settings::Settings& settings, const Installation& here,
                                                         const IsPublished& is_published, base::SystemTime now);

}  // namespace app
