#include "engines/networks.h"

#include <format>

#include "base/text.h"

namespace engines {
namespace {

base::Result<std::vector<base::IpNetwork>> without_stand_ins(std::string_view key,
                                                             const std::vector<base::IpNetwork>& networks,
                                                             const Paths& paths) {
    std::vector<base::IpNetwork> all;
    for (const auto& network : networks) {
        const auto rest = network.without(paths.stand_ins);
        if (rest.empty())
            return std::unexpected(base::Error{
                .text =
                    std::format("cannot trust {}: it is this container's own address or its gateway", network.str()),
                .remedy = std::format("Clients whose address was lost on the way in come with it, strangers as well. "
                                      "Take it out of {}.",
                                      key),
                .kind = base::ErrorKind::usage});
        all.insert(all.end(), rest.begin(), rest.end());
    }
    return all;
}

}  // namespace

base::Result<std::vector<base::IpNetwork>> trusted_networks(const settings::Settings& settings, const Paths& paths) {
    return without_stand_ins("TRUSTED_NETWORKS", settings.trusted_networks, paths);
}

base::Result<std::vector<base::IpNetwork>> proxy_networks(const settings::Settings& settings, const Paths& paths) {
    if (!settings.loopback_proxy()) return without_stand_ins("PROXY_PROTOCOL_NETWORKS", settings.proxy_networks, paths);
    std::vector<base::IpNetwork> all{*base::IpNetwork::parse("127.0.0.0/8"), *base::IpNetwork::parse("::1")};
    for (const auto& address : paths.stand_ins) all.push_back(*base::IpNetwork::parse(address.str()));
    return all;
}

std::string network_list(const std::vector<base::IpNetwork>& networks, std::string_view separator, bool brackets) {
    std::vector<std::string> all;
    for (const auto& network : networks)
        all.push_back(brackets && !network.address().is_v4()
                          ? std::format("[{}]/{}", network.address().str(), network.prefix_length())
                          : network.str());
    return base::join(all, separator);
}

}  // namespace engines
