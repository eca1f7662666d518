#pragma once
/// `mailserver health`: one line and one exit code for the container engine's HEALTHCHECK.
#include <filesystem>
#include <vector>

#include "app/common/command.h"
#include "base/error.h"
#include "supervise/service.h"

namespace app {

/// What must answer for mail to be accepted and read: SMTP, IMAP, and the filter, without which no mail is accepted.
std::vector<supervise::Probe> vital_probes(const Installation& here);

/// Every service is ready by the status file, and every probe is answered within 5 s; the error says what is not.
base::Result<> check_health(const std::filesystem::path& status_file, const std::vector<supervise::Probe>& probes);

/// The same, and the disk takes mail. `mailserver health`: ok or failed, never another code, as HEALTHCHECK knows only
/// these two.
base::ExitCode health_command(Arguments arguments, const Installation& here);

}  // namespace app
