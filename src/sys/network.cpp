#include "sys/network.h"

#include <arpa/inet.h>
#include <ifaddrs.h>

#include <algorithm>
#include <bit>
#include <format>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/text.h"
#include "sys/files.h"

namespace sys {
namespace {

/// An IPv4 address as /proc/net/route has it: 8 hexadecimal digits in the machine's byte order.
std::optional<base::IpAddress> from_route(std::string_view digits) {
    std::uint32_t number = 0;
    for (const char digit : digits) {
        const auto value = std::string_view("0123456789abcdef").find(base::lower(std::string_view(&digit, 1)));
        if (digits.size() != 8 || value == std::string_view::npos) return std::nullopt;
        number = number << 4 | static_cast<std::uint32_t>(value);
    }
    char text[INET_ADDRSTRLEN];
    const in_addr address{.s_addr = number};
    if (!inet_ntop(AF_INET, &address, text, sizeof text)) return std::nullopt;
    const auto parsed = base::IpAddress::parse(text);
    return parsed ? std::optional(*parsed) : std::nullopt;
}

/// An IPv6 address as /proc/net/ipv6_route has it: 32 hexadecimal digits.
std::optional<base::IpAddress> from_route6(std::string_view digits) {
    if (digits.size() != 32) return std::nullopt;
    std::string text;
    for (std::size_t at = 0; at < digits.size(); at += 4) text += (at ? ":" : "") + std::string(digits.substr(at, 4));
    const auto parsed = base::IpAddress::parse(text);
    return parsed ? std::optional(*parsed) : std::nullopt;
}

void add(std::vector<base::IpAddress>& all, const std::optional<base::IpAddress>& address) {
    if (address && !std::ranges::contains(all, *address)) all.push_back(*address);
}

}  // namespace

std::vector<base::IpAddress> parse_gateways(std::string_view ipv4_routes, std::string_view ipv6_routes) {
    constexpr std::string_view nowhere = "00000000000000000000000000000000";
    std::vector<base::IpAddress> all;
    // Interface, destination, gateway, …, the mask as eighth.
    for (const auto line : base::split(ipv4_routes, '\n'))
        if (const auto words = base::words(line);
            words.size() > 7 && words[1] == "00000000" && words[7] == "00000000" && words[2] != "00000000")
            add(all, from_route(words[2]));
    // Destination, its length, source, its length, next hop, …
    for (const auto line : base::split(ipv6_routes, '\n'))
        if (const auto words = base::words(line);
            words.size() > 4 && words[0] == nowhere && words[1] == "00" && words[4] != nowhere)
            add(all, from_route6(words[4]));
    return all;
}

std::vector<base::IpAddress> gateways() {
    return parse_gateways(read_file("/proc/net/route").value_or(""), read_file("/proc/net/ipv6_route").value_or(""));
}

namespace {

std::optional<base::IpAddress> address_in(const sockaddr* socket) {
    if (!socket || (socket->sa_family != AF_INET && socket->sa_family != AF_INET6)) return std::nullopt;
    const void* octets = socket->sa_family == AF_INET
                             ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in*>(socket)->sin_addr)
                             : &reinterpret_cast<const sockaddr_in6*>(socket)->sin6_addr;
    char text[INET6_ADDRSTRLEN];
    if (!inet_ntop(socket->sa_family, octets, text, sizeof text)) return std::nullopt;
    const auto address = base::IpAddress::parse(text);
    return address ? std::optional(*address) : std::nullopt;
}

/// The leading 1 bits of a netmask.
unsigned prefix_of(const base::IpAddress& mask) {
    unsigned length = 0;
    for (const auto octet : mask.octets()) {
        length += static_cast<unsigned>(std::popcount(octet));
        if (octet != 0xFF) break;
    }
    return length;
}

/// Address and netmask of each interface but loopback.
std::vector<std::pair<base::IpAddress, base::IpAddress>> interfaces() {
    ifaddrs* list = nullptr;
    if (::getifaddrs(&list) != 0) return {};
    const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner(list, &::freeifaddrs);
    std::vector<std::pair<base::IpAddress, base::IpAddress>> all;
    for (const auto* entry = list; entry; entry = entry->ifa_next) {
        const auto address = address_in(entry->ifa_addr);
        const auto mask = address_in(entry->ifa_netmask);
        if (address && mask && !address->is_loopback()) all.emplace_back(*address, *mask);
    }
    return all;
}

}  // namespace

std::vector<base::IpAddress> own_addresses() {
    std::vector<base::IpAddress> all;
    for (const auto& [address, mask] : interfaces()) add(all, address);
    return all;
}

std::vector<base::IpNetwork> own_networks() {
    std::vector<base::IpNetwork> all;
    for (const auto& [address, mask] : interfaces()) all.push_back(base::IpNetwork::of(address, prefix_of(mask)));
    return all;
}

}  // namespace sys
