#pragma once
/// Whether a public blocklist answers us at all. Lists refuse large public resolvers and heavy users with an answer
/// that looks like a listing (127.255.255.x): the filter ignores it, but then it also sees no listing.
#include <string>
#include <string_view>
#include <vector>

#include "resolver/resolver.h"

namespace spam {

/// Why the list is of no use to us, as one sentence for the operator, from its answer to `2.0.0.127.<zone>`, which
/// every list has (RFC 5782 §5). Empty when it answers, and also when nobody could tell: without a network more is
/// amiss than this.
std::string blocklist_fault(std::string_view zone, const resolver::Answer& answer);

/// The faults of these lists, asked through `resolver`.
std::vector<std::string> blocklist_faults(const std::vector<std::string>& zones, resolver::Resolver& resolver);

}  // namespace spam
