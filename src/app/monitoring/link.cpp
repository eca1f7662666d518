#include "app/monitoring/link.h"

#include <algorithm>
#include <format>

#include "base/text.h"
#include "sys/files.h"
#include "sys/network.h"

namespace app {
namespace {

constexpr std::uint64_t most_octets = 16 * 1024;

std::string file_of(const Installation& here, Side side) {
    return here.monitoring_link() + (side == Side::server ? "/mailserver" : "/monitoring");
}

}  // namespace

base::Result<> announce(const Installation& here, Side own) {
    if (const auto made = sys::ensure_directory(here.monitoring_link(), {.mode = 0700}); !made) return made;
    std::string addresses;
    for (const auto& address : sys::own_addresses())
        if (address.is_v4()) addresses += address.str() + "\n";
    const auto file = file_of(here, own);
    if (sys::read_file(file, most_octets).value_or("") == addresses) return {};
    return sys::write_file(file, addresses, {.mode = 0600});
}

std::optional<base::IpAddress> find(const Installation& here, Side other) {
    const auto addresses = sys::read_file(file_of(here, other), most_octets);
    return addresses ? reachable(*addresses, sys::own_networks()) : std::nullopt;
}

std::optional<base::IpAddress> reachable(std::string_view addresses, const std::vector<base::IpNetwork>& own_networks) {
    for (const auto line : base::split(addresses, '\n')) {
        const auto address = base::IpAddress::parse(line);
        if (address && std::ranges::any_of(own_networks, [&](const auto& one) { return one.contains(*address); }))
            return *address;
    }
    return std::nullopt;
}

}  // namespace app
