#include "settings/settings.h"

#include <algorithm>

#include "base/text.h"

namespace settings {

std::string Settings::monitoring_url() const {
    const auto named = base::replace_all(gf_server_root_url, "${HOSTNAME}", hostname.str());
    const auto url = base::replace_all(named, "${DOMAIN}", domain.str());
    return url.ends_with('/') ? url : url + '/';
}

std::vector<base::Domain> Settings::domains() const {
    std::vector<base::Domain> all{domain};
    all.insert(all.end(), additional_domains.begin(), additional_domains.end());
    return all;
}

base::EmailAddress Settings::admin_account() const {
    return base::EmailAddress(admin_user, domain);
}

bool Settings::debugs(std::string_view engine) const {
    return std::ranges::contains(debug, engine);
}

std::vector<int> Settings::ports() const {
    std::vector<int> all{25, 80, 143, 443, 465, 587, 993};
    if (pop3) all.insert(all.end(), {110, 995});
    if (managesieve) all.push_back(4190);
    std::ranges::sort(all);
    return all;
}

std::vector<int> Settings::proxy_ports() const {
    if (proxy_networks.empty()) return {};
    std::vector<int> all;
    for (const int port : ports())
        if (port != 80 && port != 443) all.push_back(port + proxy_port_offset);
    return all;
}

bool Settings::loopback_proxy() const {
    return std::ranges::any_of(proxy_networks, [](const auto& network) { return network.address().is_loopback(); });
}

const base::Hostname& Settings::helo_name() const {
    return sending_fqdn ? *sending_fqdn : hostname;
}

}  // namespace settings
