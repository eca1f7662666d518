#pragma once
/// Where a name leads in the DNS: a certificate is asked for only while that is here.
#include "base/address.h"
#include "certs/source.h"
#include "resolver/resolver.h"

namespace certs {

enum class Leads {
    unknown,  ///< the DNS could not tell
    here,     ///< one of its addresses is ours
    elsewhere,
};

/// Looks the name up, and HOSTNAME, whose addresses are ours whatever they are.
Leads leads_to(const base::Hostname& name, const Further& further, resolver::Resolver& resolver);

}  // namespace certs
