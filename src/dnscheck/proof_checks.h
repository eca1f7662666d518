#pragma once
/// Internal to this folder.
#include <vector>

#include "dnscheck/checks.h"
#include "dnscheck/proofs.h"

namespace dnscheck {

std::vector<Finding> check_proofs(const Context& context, const Prover& prover);

/// One for each own address in use and each list, in this order; none when no blocklist is asked at all.
std::vector<Listing> ask_blocklists(const Context& context);
std::vector<Finding> blocklist_findings(const std::vector<Listing>& listings);

}  // namespace dnscheck
