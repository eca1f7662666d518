#pragma once
/// Figures of the last DNS check.
#include "dnscheck/snapshot.h"
#include "metrics/registry.h"

namespace app {

/// All rows about the DNS. What could not be looked up is neither good nor bad, and has no series.
void fill_dns_rows(metrics::Registry& registry, const dnscheck::Snapshot& snapshot);

}  // namespace app
