#pragma once
/// `mailserver status`: what the services do, and what else an operator should know.
#include <string>
#include <vector>

#include "alerts/alert.h"
#include "app/common/command.h"
#include "json/json.h"
#include "supervise/status.h"

namespace app {

/// As a table for people, with a last line about the whole; and as one JSON object with the certificate's, the
/// overrides', the warnings, the number of bans and the firing alerts.
std::string status_table(const supervise::Status& status);
std::string status_json(const supervise::Status& status, const json::Value& certificate, const json::Value& overrides,
                        const std::vector<std::string>& warnings, std::size_t bans,
                        const std::vector<alerts::Alert>& firing);

/// `mailserver status [--json]`: ok when everything is ready, failed when something is not, not_running.
base::ExitCode status_command(Arguments arguments, const Installation& here);

}  // namespace app
