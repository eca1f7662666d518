#include "dnscheck/addresses.h"

#include <algorithm>

#include "base/text.h"

namespace dnscheck {
namespace {

using Addresses = std::vector<base::IpAddress>;

Addresses of_family(std::span<const base::IpAddress> all, bool v4) {
    Addresses some;
    std::ranges::copy_if(all, std::back_inserter(some), [v4](const auto& address) { return address.is_v4() == v4; });
    return some;
}

std::optional<OwnAddress> choose(const std::optional<base::IpAddress>& setting, const Addresses& interfaces,
                                 const Addresses& resolved) {
    const auto published = [&](const auto& address) { return std::ranges::contains(resolved, address); };
    if (setting) return OwnAddress{*setting, AddressSource::setting, published(*setting)};
    const auto is_public = [](const auto& address) { return address.is_public(); };
    Addresses candidates;
    std::ranges::copy_if(interfaces, std::back_inserter(candidates), is_public);
    // Without a public one the server may serve a private network: then a private address counts if HOSTNAME has it.
    if (candidates.empty()) std::ranges::copy_if(interfaces, std::back_inserter(candidates), published);
    std::ranges::stable_partition(candidates, published);
    if (!candidates.empty())
        return OwnAddress{candidates.front(), AddressSource::interface, published(candidates.front())};
    if (!resolved.empty()) return OwnAddress{resolved.front(), AddressSource::dns, true};
    return std::nullopt;
}

}  // namespace

bool in_use(const OwnAddress& own) {
    return own.address.is_v4() || own.published || own.source == AddressSource::setting;
}

OwnAddresses own_addresses(const settings::Settings& settings, std::span<const base::IpAddress> interfaces,
                           std::span<const base::IpAddress> resolved) {
    return {choose(settings.public_ipv4, of_family(interfaces, true), of_family(resolved, true)),
            choose(settings.public_ipv6, of_family(interfaces, false), of_family(resolved, false))};
}

std::vector<base::IpAddress> parse_host_addresses(std::string_view text) {
    static constexpr std::pair<const char*, unsigned> local[] = {
        {"127.0.0.0", 8}, {"169.254.0.0", 16}, {"::1", 128}, {"fe80::", 10}};
    std::vector<base::IpAddress> addresses;
    for (const auto word : base::words(text)) {
        const auto address = base::IpAddress::parse(word.substr(0, word.find_first_of("/%")));
        if (!address || std::ranges::contains(addresses, *address)) continue;
        if (std::ranges::none_of(local, [&](const auto& network) {
                return address->within(*base::IpAddress::parse(network.first), network.second);
            }))
            addresses.push_back(*address);
    }
    return addresses;
}

}  // namespace dnscheck
