#pragma once
/// `mailserver status`: what the services do. The supervisor writes what it knows into a file in /run at every change;
/// this command reads it, so it works without asking a daemon, and also when the supervisor is busy.
#include <filesystem>
#include <string>
#include <vector>

#include "alerts/alert.h"
#include "app/command.h"
#include "base/error.h"
#include "json/json.h"
#include "supervise/status.h"

namespace app {

/// Replaces the file by this process's status. What cannot be written is only logged: it stops no service.
void write_status(const std::filesystem::path& file, const supervise::Status& status);

/// The status in the file; not_running when there is none, or the process that wrote it is gone.
base::Result<supervise::Status> read_status(const std::filesystem::path& file);

/// As a table for people, with a last line about the whole; and as one JSON object with the certificate's, the
/// overrides', the warnings, the number of bans and the firing alerts.
std::string status_table(const supervise::Status& status);
std::string status_json(const supervise::Status& status, const json::Value& certificate, const json::Value& overrides,
                        const std::vector<std::string>& warnings, std::size_t bans,
                        const std::vector<alerts::Alert>& firing);

/// `mailserver status [--json]`: ok when everything is ready, failed when something is not, not_running.
base::ExitCode status_command(Arguments arguments, const Installation& here);

}  // namespace app
