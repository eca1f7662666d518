#pragma once
/// The operator's logo for BIMI, a file of the workspace that this server serves (setup/logo.h).
#include <string>

#include "app/common/command.h"

namespace app {

/// BIMI_LOGO_URL; without it https://HOSTNAME/bimi.svg when the file below is there; else empty.
std::string logo_url(const settings::Settings& settings, const Installation& here);

/// The file `etc/bimi/logo.svg`; empty when there is none, or when mail services would refuse it, which is logged.
std::string served_logo(const Installation& here);

}  // namespace app
