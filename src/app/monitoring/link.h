#pragma once
/// How the server and its monitoring container find each other, whichever of them starts or restarts first: each writes
/// its addresses into a file of the folder both have (Paths::monitoring_link()), and takes of the other's addresses the
/// one in a network both are in. The container engine's own names would need its resolver, which the server does not
/// ask.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/common/command.h"
#include "app/common/repeated.h"
#include "base/error.h"
#include "base/ip.h"

namespace app {

/// How often the addresses are looked at: a container may join a network while it runs.
inline constexpr Rhythm link_rhythm{.first = std::chrono::seconds(0), .interval = std::chrono::seconds(2)};

enum class Side { server, monitoring };

/// Writes this container's addresses for the other side; nothing when they are there already.
base::Result<> announce(const Installation& here, Side own);

/// The address to reach the other side at; nothing when it has never run, or no network is shared.
std::optional<base::IpAddress> find(const Installation& here, Side other);

/// The first of `addresses` (one a line, IPv4) in one of these networks.
std::optional<base::IpAddress> reachable(std::string_view addresses, const std::vector<base::IpNetwork>& own_networks);

}  // namespace app
