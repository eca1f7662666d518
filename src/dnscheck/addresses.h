#pragma once
/// Which addresses the world sees this server under, found without asking any third party: what the operator set, what
/// the host's network interfaces have, what the DNS says about HOSTNAME; in this order. Pure.
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/ip.h"
#include "settings/settings.h"

namespace dnscheck {

/// Where we know an address from.
enum class AddressSource {
    setting,    ///< PUBLIC_IPV4, PUBLIC_IPV6
    interface,  ///< a network interface of the host has it
    dns,        ///< only HOSTNAME's own record says so: behind NAT, or nobody told us the interfaces
};

struct OwnAddress {
    base::IpAddress address;
    AddressSource source = AddressSource::setting;
    bool published = false;  ///< HOSTNAME resolves to it
    bool operator==(const OwnAddress&) const = default;
};

/// Whether the server must be expected to use it: IPv4 always; IPv6 once the operator set it or HOSTNAME points to it,
/// not when an interface just happens to have it.
bool in_use(const OwnAddress& own);

struct OwnAddresses {
    std::optional<OwnAddress> v4, v6;
    bool operator==(const OwnAddresses&) const = default;
};

/// The addresses mail comes from and goes to, one a family. A public address of an interface wins over what the DNS
/// says; among several the one HOSTNAME resolves to, else the first.
OwnAddresses own_addresses(const settings::Settings& settings, std::span<const base::IpAddress> interfaces,
                           std::span<const base::IpAddress> resolved);

/// The space-separated list in which the start script passes the host's interface addresses
/// (MAILSERVER_HOST_ADDRESSES).
/// `/prefix` and `%zone` are dropped; what is no address, loopback or link-local is left out.
std::vector<base::IpAddress> parse_host_addresses(std::string_view text);

}  // namespace dnscheck
