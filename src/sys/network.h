#pragma once
/// The addresses around this container.
#include <string_view>
#include <vector>

#include "base/ip.h"

namespace sys {

/// The routers of default routes in the text of /proc/net/route (IPv4) and /proc/net/ipv6_route; each once.
std::vector<base::IpAddress> parse_gateways(std::string_view ipv4_routes, std::string_view ipv6_routes);

/// The default gateways of this container. A client that comes with the address of one may be anybody: port forwarders
/// put it in the place of the client's own. So it is nobody to trust, nor to ban. None when there is no such route.
std::vector<base::IpAddress> gateways();

/// The addresses of this container's interfaces, without loopback.
std::vector<base::IpAddress> own_addresses();

/// The networks these interfaces are in.
std::vector<base::IpNetwork> own_networks();

}  // namespace sys
