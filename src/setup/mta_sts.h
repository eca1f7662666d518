#pragma once
/// The MTA-STS policy of our domains (RFC 8461): other servers that have it deliver only over TLS with HOSTNAME's
/// certificate. The file on mta-sts.<domain> and the TXT record that announces it both come from here. Pure.
#include <string>
#include <string_view>

#include "base/address.h"

namespace setup {

/// The policy file (§3.2), lines with CRLF. `mode` is testing, enforce or none; with 0 days others remember it for a
/// week while testing, 30 days when enforced, and a day when it says none (§8.3).
std::string mta_sts_policy(std::string_view mode, const base::Hostname& mx, unsigned max_age_days);

/// The id of the record (§3.1), 32 letters and digits: another policy has another one, which is how others notice.
std::string mta_sts_id(std::string_view policy);

/// The text of the TXT record _mta-sts.<domain> that announces the policy.
std::string mta_sts_record(std::string_view policy);

}  // namespace setup
