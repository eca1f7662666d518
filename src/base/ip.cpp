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

bool IpAddress::is_loopback() const {
    return within(*parse("127.0.0.0"), 8) || within(*parse("::1"), 128);
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

IpAddress IpAddress::first_within(unsigned prefix_length) const {
    IpAddress first = *this;
    for (unsigned bit = prefix_length; bit < 8 * octets_.size(); ++bit)
        first.octets_.at(bit / 8) &= static_cast<std::uint8_t>(~(0x80u >> (bit % 8)));
    return first;
}

IpAddress IpAddress::with_flipped_bit(unsigned index) const {
    IpAddress other = *this;
    other.octets_.at(index / 8) ^= static_cast<std::uint8_t>(0x80u >> (index % 8));
    return other;
}

Result<IpNetwork> IpNetwork::parse(std::string_view text) {
    const auto slash = text.find('/');
    const auto address = IpAddress::parse(text.substr(0, slash));
    const auto no_network = [&] { return fail(std::format("'{}' is not a network", printable(text, 60))); };
    if (!address) return no_network();
    const unsigned bits = address->is_v4() ? 32 : 128;
    const auto prefix =
        slash == std::string_view::npos ? bits : parse_number(text.substr(slash + 1)).value_or(bits + 1);
    if (prefix > bits || (address->is_v4() && text.substr(0, slash).contains(':'))) return no_network();
    const auto length = static_cast<unsigned>(prefix);
    for (unsigned bit = length; bit < bits; ++bit)
        if (address->octets().at(bit / 8) & (0x80u >> (bit % 8)))
            return fail(std::format("'{}' is an address in a network, not the network itself", printable(text, 60)));
    return IpNetwork(*address, length);
}

IpNetwork IpNetwork::of(const IpAddress& address, unsigned prefix_length) {
    const unsigned length = std::min(prefix_length, address.is_v4() ? 32u : 128u);
    return {address.first_within(length), length};
}

IpNetwork IpNetwork::of_one_client(const IpAddress& address) {
    return of(address, address.is_v4() ? 32 : 64);
}

bool IpNetwork::is_private() const {
    constexpr Network networks[] = {{"10.0.0.0", 8},    {"172.16.0.0", 12}, {"192.168.0.0", 16},
                                    {"100.64.0.0", 10}, {"127.0.0.0", 8},   {"169.254.0.0", 16},
                                    {"::1", 128},       {"fc00::", 7},      {"fe80::", 10}};
    return std::ranges::any_of(networks, [&](const Network& network) {
        return prefix_length_ >= network.prefix_length &&
               address_.within(*IpAddress::parse(network.address), network.prefix_length);
    });
}

bool IpNetwork::is_too_wide_to_trust() const {
    constexpr unsigned widest_v4 = 16, widest_v6 = 29;
    return !is_private() && prefix_length_ < (address_.is_v4() ? widest_v4 : widest_v6);
}

std::vector<IpNetwork> IpNetwork::without(const std::vector<IpAddress>& addresses) const {
    if (std::ranges::none_of(addresses, [&](const IpAddress& address) { return contains(address); })) return {*this};
    if (prefix_length_ == (address_.is_v4() ? 32 : 128)) return {};
    auto all = IpNetwork(address_, prefix_length_ + 1).without(addresses);
    const auto others = IpNetwork(address_.with_flipped_bit(prefix_length_), prefix_length_ + 1).without(addresses);
    all.insert(all.end(), others.begin(), others.end());
    return all;
}

std::string IpNetwork::label() const {
    return prefix_length_ == (address_.is_v4() ? 32 : 128) ? address_.str() : str();
}

std::string IpNetwork::str() const {
    return std::format("{}/{}", address_.str(), prefix_length_);
}

}  // namespace base
