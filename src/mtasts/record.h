#pragma once
/// The TXT record by which a domain says that it has an MTA-STS policy (RFC 8461 §3.1). Pure.
#include <optional>
#include <string>
#include <vector>

#include "base/address.h"

namespace mtasts {

/// Where the record of a domain is: "_mta-sts.example.org".
std::string record_name(const base::Domain& domain);

/// The policy's id in the TXT records of that name; nothing when none of them, or more than one, is a record of
/// MTA-STS, or when it is malformed.
std::optional<std::string> record_id(const std::vector<std::string>& texts);

}  // namespace mtasts
