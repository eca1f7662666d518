#pragma once
/// `mailserver tlsa list|use`: the keys of HOSTNAME's certificate, as TLSA records for port 25 tell them (RFC 7672),
/// and which of them the next certificate gets (certs/plan.h).
#include "app/common/command.h"

namespace app {

/// ok; failed; usage, also where the operator brings the certificate; not_found when there is no next key yet.
base::ExitCode tlsa_command(Arguments arguments, const settings::Settings& settings, const Installation& here);

}  // namespace app
