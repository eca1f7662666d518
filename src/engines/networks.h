#pragma once
/// Which networks the engines trust. Pure.
#include <string_view>
#include <vector>

#include "engines/engine.h"

namespace engines {

/// TRUSTED_NETWORKS but for the addresses anybody may come with (Paths::stand_ins). An error when nothing is left of
/// one.
base::Result<std::vector<base::IpNetwork>> trusted_networks(const settings::Settings& settings, const Paths& paths);

/// From where a PROXY protocol header is believed; none without PROXY_PROTOCOL_NETWORKS. Stand-ins are only when the
/// proxy is on the host, whose ports nobody else reaches.
base::Result<std::vector<base::IpNetwork>> proxy_networks(const settings::Settings& settings, const Paths& paths);

/// "192.0.2.0/24 2001:db8::/32"; `brackets`: "192.0.2.0/24 [2001:db8::]/32", as Postfix writes it.
std::string network_list(const std::vector<base::IpNetwork>& networks, std::string_view separator, bool brackets);

}  // namespace engines
