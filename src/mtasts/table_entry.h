#pragma once
/// A policy as Postfix wants it in smtp_tls_policy_maps (postconf(5), TLSRPT_README). Pure.
#include <string>

#include "base/address.h"
#include "mtasts/policy.h"

namespace mtasts {

/// For the mode enforce: level `secure`; Postfix connects to the hosts of the policy only and wants their own names in
/// their certificates. For testing: `otherwise`, the level without a policy (`dane` or `may`). Both tell Postfix what
/// its reports (RFC 8460) say about the policy.
std::string table_entry(const base::Domain& domain, const Policy& policy, std::string_view otherwise);

}  // namespace mtasts
