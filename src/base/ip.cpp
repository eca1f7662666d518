#include "base/ip.h"

#include <arpa/inet.h>

#include <algorithm>
#include <format>

#include "base/text.h"

namespace base {
namespace {

struct Network {
    const char* address;
    unsigned prefix_length;
};

// RFC 6890 special-purpose registries, multicast and reserved blocks.
constexpr Network not_public[] = {
    {"0.0.0.0", 8},       {"10.0.0.0", 8},     {"100.64.0.0", 10}, {"127.0.0.0", 8},    {"169.254.0.0", 16},
    {"172.16.0.0", 12},   {"192.0.0.0", 24},   {"192.0.2.0", 24},  {"192.168.0.0", 16}, {"198.18.0.0", 15},
    {"198.51.100.0", 24}, {"203.0.113.0", 24}, {"224.0.0.0", 3},   {"::", 8},           {"64:ff9b:1::", 48},
    {"100::", 64},        {"2001:db8::", 32},  {"3fff::", 20},     {"fc00::", 7},       {"fe80::", 10},
    {"fec0::", 10},       {"ff00::", 8},
};

}  // namespace

Result<IpAddress> IpAddress::parse(std::string_view text) {
    IpAddress result;
    const std::string owned(text);
    if (owned.find('\0') == std::string::npos) {
        if (inet_pton(AF_INET, owned.c_str(), result.octets_.data()) == 1) return result;
        if (inet_pton(AF_INET6, owned.c_str(), result.octets_.data()) == 1) {
            constexpr std::array<std::uint8_t, 12> mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
            result.v4_ = std::equal(mapped.begin(), mapped.end(), result.octets_.begin());
            if (result.v4_) {
                std::copy_n(result.octets_.begin() + 12, 4, result.octets_.begin());
                std::fill(result.octets_.begin() + 4, result.octets_.end(), std::uint8_t{0});
            }
            return result;
        }
    }
    return fail(std::format("'{}' is not an IP address", printable(text, 60)));
}

std::string IpAddress::str() const {
    char buffer[INET6_ADDRSTRLEN] = {};
    inet_ntop(v4_ ? AF_INET : AF_INET6, octets_.data(), buffer, sizeof buffer);
    return buffer;
}

std::string IpAddress::reverse_name() const {
    if (v4_) return std::format("{}.{}.{}.{}.in-addr.arpa", octets_[3], octets_[2], octets_[1], octets_[0]);
    std::string name;
    for (std::size_t i = octets_.size(); i-- > 0;) name += std::format("{:x}.{:x}.", octets_[i] & 0xF, octets_[i] >> 4);
    return name + "ip6.arpa";
}

bool IpAddress::is_public() const {
    return std::ranges::none_of(not_public, [this](const Network& network) {
        return within(*IpAddress::parse(network.address), network.prefix_length);
    });
}

bool IpAddress::within(const IpAddress& network, unsigned prefix_length) const {
    if (v4_ != network.v4_ || prefix_length > (v4_ ? 32u : 128u)) return false;
    for (unsigned bit = 0; bit < prefix_length; bit += 8) {
        const unsigned count = std::min(8u, prefix_length - bit);
        const auto mask = static_cast<std::uint8_t>(0xFF00u >> count);
        if ((octets_[bit / 8] & mask) != (network.octets_[bit / 8] & mask)) return false;
    }
    return true;
}

}  // namespace base
