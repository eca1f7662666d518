#pragma once
/// IPv4 and IPv6 addresses and networks as values; pure, no socket.
#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

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
    /// True when the first `prefix_length` bits equal those of `network`; false for different families.
    bool within(const IpAddress& network, unsigned prefix_length) const;
    auto operator<=>(const IpAddress&) const = default;

  private:
    bool v4_ = true;
    std::array<std::uint8_t, 16> octets_{};
};

}  // namespace base
