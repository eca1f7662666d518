#pragma once
/// IPv4 and IPv6 addresses and networks as values; pure, no socket.
#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace base {

/// An IP address. IPv4-mapped IPv6 text (`::ffff:192.0.2.1`) is the IPv4 address.
class IpAddress {
  public:
    static Result<IpAddress> parse(std::string_view text);
    bool is_v4() const { return v4_; }
    /// Network byte order; the first 4 octets count for IPv4.
    const std::array<std::uint8_t, 16>& octets() const { return octets_; }
    std::string str() const;
    /// The name of its PTR record: "1.2.0.192.in-addr.arpa" (RFC 1035 §3.5) or the nibbles under "ip6.arpa"
    /// (RFC 3596 §2.5), without a final dot.
    std::string reverse_name() const;
    /// False for what cannot be reached from the internet: private, loopback, link-local, documentation, multicast
    /// and so on (RFC 6890).
    bool is_public() const;
    /// 127.0.0.0/8 and ::1.
    bool is_loopback() const;
    /// True when the first `prefix_length` bits equal those of `network`; false for different families.
    bool within(const IpAddress& network, unsigned prefix_length) const;
    /// The address with all bits behind the prefix 0.
    IpAddress first_within(unsigned prefix_length) const;
    /// The same with bit `index` (0: the first) turned over.
    IpAddress with_flipped_bit(unsigned index) const;
    auto operator<=>(const IpAddress&) const = default;

  private:
    bool v4_ = true;
    std::array<std::uint8_t, 16> octets_{};
};

/// The addresses that share their first bits (RFC 4632 §3.1): 192.0.2.0/24, 2001:db8::/32.
class IpNetwork {
  public:
    /// An address alone is a network of one. An error for an address inside a network, as 192.0.2.1/24 is.
    static Result<IpNetwork> parse(std::string_view text);
    /// The network with this prefix that the address is in; a prefix longer than the address means that one alone.
    static IpNetwork of(const IpAddress& address, unsigned prefix_length);
    /// What belongs to one customer: an IPv4 address alone, the /64 of an IPv6 address.
    static IpNetwork of_one_client(const IpAddress& address);
    bool contains(const IpAddress& address) const { return address.within(address_, prefix_length_); }
    bool contains(const IpNetwork& other) const {
        return other.prefix_length_ >= prefix_length_ && contains(other.address_);
    }
    /// False when anybody on the internet may have one of its addresses: neither loopback, private (RFC 1918, RFC 6598,
    /// RFC 4193) nor link-local as a whole.
    bool is_private() const;
    /// More addresses than one operator has: public, and wider than /16 (IPv6: /29).
    bool is_too_wide_to_trust() const;
    /// Its smaller networks that together are all of it but these addresses.
    std::vector<IpNetwork> without(const std::vector<IpAddress>& addresses) const;
    std::string str() const;
    /// The same for people: a single address without its prefix.
    std::string label() const;
    const IpAddress& address() const { return address_; }
    unsigned prefix_length() const { return prefix_length_; }
    auto operator<=>(const IpNetwork&) const = default;

  private:
    IpNetwork(const IpAddress& address, unsigned prefix_length) : address_(address), prefix_length_(prefix_length) {}
    IpAddress address_;
    unsigned prefix_length_ = 0;
};

}  // namespace base
