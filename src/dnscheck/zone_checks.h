#pragma once
/// The name servers behind the records: whether each is reached, in charge, up to date, signed; and whether our
/// resolver sees what they say. Internal to this folder.
#include <vector>

#include "dnscheck/checks.h"
#include "resolver/authority.h"

namespace dnscheck {

struct ZoneContext {
    const std::vector<Record>& records;
    const resolver::Authority& authority;
    resolver::Resolver& asker;   ///< answers from `authority`
    resolver::Resolver& viewed;  ///< what our resolver says
    bool direct = true;          ///< name servers can be asked
    bool validates = true;       ///< our resolver checks DNSSEC
};

std::vector<Finding> check_zones(const ZoneContext& context);

}  // namespace dnscheck
