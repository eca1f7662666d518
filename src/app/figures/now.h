#pragma once
/// Figures that are read when somebody asks for them: files of a few kB, folders, no process and no connection.
#include "app/common/command.h"
#include "base/clock.h"
#include "metrics/registry.h"
#include "settings/settings.h"
#include "supervise/status.h"

namespace app {

void read_services(metrics::Registry& registry, const supervise::Status& status);
void read_queue(metrics::Registry& registry, const Installation& here, base::SystemTime now);
void read_certificates(metrics::Registry& registry, const Installation& here, base::SystemTime now);
/// Bans, stopped accounts, warnings, the age of virus signatures.
void read_guards(metrics::Registry& registry, const settings::Settings& settings, const Installation& here);

}  // namespace app
