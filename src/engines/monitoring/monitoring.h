#pragma once
/// What runs in the monitoring container, of the same image: VictoriaMetrics, which fetches the server's metrics, keeps
/// them and answers questions about them, and vmalert, which looks at them by the rules and reports to the server.
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/ip.h"
#include "engines/engine.h"
#include "settings/settings.h"

namespace engines {

/// The server's port for metrics and alerts.
inline constexpr int metrics_port = 9464;

/// Where the store answers, to who shows this user name and the metrics token (RFC 7617).
inline constexpr int store_port = 8428;
inline constexpr const char* store_user = "mailserver";

/// A copy of Paths::metrics_token() for the store's user; scrape.yml names it.
std::string monitoring_token_copy(const Paths& paths);

/// The metrics themselves.
std::string monitoring_store(const Paths& paths);

/// What tells the two where the server is, nowhere without an address; they look at these files every two seconds.
std::vector<RenderedFile> server_address(const Paths& paths, const std::optional<base::IpAddress>& address);

Engine monitoring(const settings::Settings& settings, const Paths& paths);

}  // namespace engines
