#pragma once
/// What the services do. The supervisor writes what it knows into a file in /run at every change; commands read it, so
/// they work without asking a daemon, and also when the supervisor is busy.
#include <filesystem>

#include "base/error.h"
#include "json/json.h"
#include "supervise/status.h"

namespace app {

/// Replaces the file by this process's status. What cannot be written is only logged: it stops no service.
void write_status(const std::filesystem::path& file, const supervise::Status& status);

/// The status in the file; not_running when there is none, or the process that wrote it is gone.
base::Result<supervise::Status> read_status(const std::filesystem::path& file);

/// One JSON object, as it is in the file.
json::Value to_json(const supervise::Status& status);

}  // namespace app
