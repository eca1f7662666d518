#pragma once
/// Whether DANE protects a domain's mail servers (RFC 7672): where it does, it comes first (RFC 8461 §2).
#include "base/address.h"
#include "resolver/resolver.h"

namespace mtasts {

enum class Dane {
    none,    ///< no mail server has TLSA records that count
    some,    ///< some have, others have not
    all,     ///< all have
    unknown  ///< nobody could tell
};

/// As Postfix sees it: MX, addresses and TLSA records must all be proven by DNSSEC, and a record be usable.
Dane dane_of(const base::Domain& domain, resolver::Resolver& resolver);

/// Whether one can authenticate with a TLSA record, given as text (RFC 7672 §3.1, §3.1.3): usages 2 and 3, the two
/// selectors, and data as long as its matching type wants.
bool is_usable(std::string_view record);

}  // namespace mtasts
