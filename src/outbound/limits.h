#pragma once
/// When an account sends so unlike a person that somebody else seems to use it. Pure: numbers in, a reason out.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace outbound {

/// 0: not limited.
struct Limits {
    unsigned messages_per_hour = 0;
    unsigned recipients_per_day = 0;
    unsigned new_recipients_per_day = 0;  ///< to whom the account has never written
    unsigned networks_per_hour = 0;       ///< it sends from
    unsigned bounce_percent = 0;          ///< of a day's recipients

    bool any() const {
        return messages_per_hour + recipients_per_day + new_recipients_per_day + networks_per_hour + bounce_percent > 0;
    }
};

/// Fewer refused recipients than these say nothing about an account, whatever their share is.
constexpr std::uint64_t fewest_bounces = 20;

/// What left an account, or is about to. Only mail to other servers is in it.
struct Traffic {
    std::uint64_t messages = 0;        ///< of the last hour
    std::uint64_t recipients = 0;      ///< of the last day
    std::uint64_t new_recipients = 0;  ///< of the last day
    std::uint64_t networks = 0;        ///< of the last hour
    std::uint64_t delivered = 0;       ///< recipients whose server took it, of the last day
    std::uint64_t bounced = 0;         ///< … and whose server refused it for good
    bool operator==(const Traffic&) const = default;
};

/// Why the account must be stopped, as a clause: "it sent 201 mails within an hour, more than
/// OUTBOUND_MESSAGES_PER_HOUR=200"; nothing when all is well.
std::optional<std::string> excess(const Limits& limits, const Traffic& traffic);

/// The network a client is in, as far as one can tell without asking: /24 of IPv4, /48 of IPv6. What is no address is
/// itself.
std::string network_of(std::string_view client);

/// A span of time as a person writes it, "30m", "12h", "1d" or "2w", up to ten years; nothing for anything else.
std::optional<std::chrono::seconds> parse_span(std::string_view text);

}  // namespace outbound
