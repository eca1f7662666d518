#pragma once
/// The policy in a DMARC record (RFC 7489 §6.3). Pure.
#include <string>
#include <string_view>

#include "base/error.h"

namespace dnscheck {

enum class DmarcAction { none, quarantine, reject };

struct DmarcPolicy {
    DmarcAction domain = DmarcAction::none;      ///< p=
    DmarcAction subdomains = DmarcAction::none;  ///< sp=, or p= when there is none
    std::string reports_to = {};                 ///< rua=, as written
    bool operator==(const DmarcPolicy&) const = default;
};

/// True for a TXT record that claims to be DMARC version 1 (§6.6.3 step 2).
bool is_dmarc_record(std::string_view text);

/// The policy, or what is wrong. Tags we do not know are ignored, as the RFC demands.
base::Result<DmarcPolicy> parse_dmarc_record(std::string_view text);

}  // namespace dnscheck
