#pragma once
/// The names beside HOSTNAME under which mail programs and other servers look for a domain's mail server. Pure.
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/address.h"

namespace setup {

/// Where other servers ask for the domain's MTA-STS policy (RFC 8461 §3.3), and nowhere else.
constexpr std::string_view mta_sts_prefix = "mta-sts.";

/// The domain itself, mail., autoconfig. and autodiscover., and with `mta_sts` mta-sts.; a name too long for the DNS is
/// left out.
std::vector<base::Hostname> host_names(const base::Domain& domain, bool mta_sts);

/// The domain one of whose host_names() this is; `host` in lower case, without port.
std::optional<base::Domain> domain_of(std::string_view host, std::span<const base::Domain> domains);

}  // namespace setup
