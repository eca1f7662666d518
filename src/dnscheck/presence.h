#pragma once
/// Internal to this folder.
#include <vector>

#include "dnscheck/check.h"

namespace dnscheck {

/// How the record stands in the DNS, as these findings judge it.
Needed standing(const Record& record, resolver::Resolver& asker, const std::vector<const Finding*>& findings);

}  // namespace dnscheck
