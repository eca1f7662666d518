#pragma once
/// The policy a domain publishes over HTTPS (RFC 8461 §3.2). Pure; every octet comes from a stranger.
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace mtasts {

enum class Mode {
    enforce,  ///< mail goes only to the hosts named, and only when their certificate is valid
    testing,  ///< mail goes anywhere; what would have failed is reported
    none      ///< there is no policy any more
};

std::string_view name(Mode mode);

/// The longest a policy may be valid (§3.2); a longer time is cut.
inline constexpr std::chrono::seconds longest_age{31'557'600};
/// An honest policy names a handful. More would not fit into an answer to Postfix.
inline constexpr std::size_t most_patterns = 100;

struct Policy {
    Mode mode = Mode::none;
    std::vector<std::string> mx;      ///< names of hosts in lower case; "*." in front stands for one label
    std::chrono::seconds max_age{0};  ///< how long it is valid after it was fetched
    bool operator==(const Policy&) const = default;
};

/// Strict where it matters: version, mode, max_age and (unless the mode is none) mx must be there and well-formed. Of a
/// field that comes twice the first counts, fields we do not know are passed over, as §3.2 has it.
base::Result<Policy> parse_policy(std::string_view text);

/// The lines of the policy without anything else; parse_policy() reads them.
std::vector<std::string> lines(const Policy& policy);

}  // namespace mtasts
