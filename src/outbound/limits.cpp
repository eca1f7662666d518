#include "outbound/limits.h"

#include <array>
#include <format>

#include "base/ip.h"
#include "base/text.h"

namespace outbound {

std::optional<std::string> excess(const Limits& limits, const Traffic& traffic) {
    struct Rule {
        std::uint64_t count;
        unsigned limit;
        std::string_view what, setting;
    };
    const std::array<Rule, 4> rules{
        {{traffic.messages, limits.messages_per_hour, "it sent {} mails within an hour", "MESSAGES_PER_HOUR"},
         {traffic.recipients, limits.recipients_per_day, "it sent mail to {} recipients within a day",
          "RECIPIENTS_PER_DAY"},
         {traffic.new_recipients, limits.new_recipients_per_day,
          "it sent mail to {} recipients within a day to whom it had never written", "NEW_RECIPIENTS_PER_DAY"},
         {traffic.networks, limits.networks_per_hour, "it sent from {} different networks within an hour",
          "NETWORKS_PER_HOUR"}}};
    for (const auto& rule : rules)
        if (rule.limit != 0 && rule.count > rule.limit)
            return std::vformat(rule.what, std::make_format_args(rule.count)) +
                   std::format(", more than OUTBOUND_{}={}", rule.setting, rule.limit);
    const auto answered = traffic.delivered + traffic.bounced;
    if (limits.bounce_percent != 0 && traffic.bounced >= fewest_bounces &&
        traffic.bounced * 100 >= answered * limits.bounce_percent)
        return std::format("{} of its last {} recipients were refused by their servers, OUTBOUND_BOUNCE_PERCENT={}",
                           traffic.bounced, answered, limits.bounce_percent);
    return std::nullopt;
}

std::string network_of(std::string_view client) {
    const auto address = base::IpAddress::parse(client);
    if (!address) return base::printable(client, 64);
    return base::IpNetwork::of(*address, address->is_v4() ? 24 : 48).str();
}

std::optional<std::chrono::seconds> parse_span(std::string_view text) {
    return base::parse_duration(text, "mhdw");
}

}  // namespace outbound
