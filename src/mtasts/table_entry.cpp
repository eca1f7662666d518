#include "mtasts/table_entry.h"

#include <format>

namespace mtasts {

std::string table_entry(const base::Domain& domain, const Policy& policy, std::string_view otherwise) {
    std::string match, attributes = std::format(" policy_type=sts policy_domain={}", domain.str());
    for (const auto& pattern : policy.mx) {
        // Postfix writes ".example.org" for what may have more in front.
        match += (match.empty() ? "" : ":") + (pattern.starts_with('*') ? pattern.substr(1) : pattern);
        attributes += " mx_host_pattern=" + pattern;
    }
    for (const auto& line : lines(policy)) attributes += std::format(" {{ policy_string = {} }}", line);
    if (policy.mode != Mode::enforce) return std::string(otherwise) + attributes;
    return std::format("secure match={} servername=hostname{}", match, attributes);
}

}  // namespace mtasts
