#include "setup/host_names.h"

#include <algorithm>
#include <string>

namespace setup {
namespace {

constexpr std::string_view prefixes[] = {"", "mail.", "autoconfig.", "autodiscover.", mta_sts_prefix};

}  // namespace

std::vector<base::Hostname> host_names(const base::Domain& domain, bool mta_sts) {
    std::vector<base::Hostname> names;
    for (const auto prefix : prefixes) {
        if (prefix == mta_sts_prefix && !mta_sts) continue;
        if (auto name = base::Hostname::parse(std::string(prefix) + domain.str())) names.push_back(std::move(*name));
    }
    return names;
}

std::optional<base::Domain> domain_of(std::string_view host, std::span<const base::Domain> domains) {
    for (const auto prefix : prefixes) {
        if (!host.starts_with(prefix)) continue;
        const auto found = std::ranges::find(domains, host.substr(prefix.size()), &base::Domain::str);
        if (found != domains.end()) return *found;
    }
    return std::nullopt;
}

}  // namespace setup
