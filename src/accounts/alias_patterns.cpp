#include "accounts/alias_patterns.h"

#include <format>

#include "base/text.h"

namespace accounts {

std::string bounded_pattern(const std::string& pattern, const Site& site) {
    std::vector<std::string> domains;
    for (const auto& domain : site.domains) domains.push_back(base::replace_all(domain.str(), ".", "\\."));
    return std::format("(*LIMIT_MATCH=20000)(*LIMIT_DEPTH=2000)^(?=[^@]+@(?:{})$)(?:{})$", base::join(domains, "|"),
                       pattern);
}

PatternTables pattern_tables(const std::vector<RegexpAlias>& patterns, const Site& site) {
    const std::string head = "# Made from the aliases by ./user.sh; what is written here is lost.\n";
    PatternTables tables{head, head};
    for (const auto& alias : patterns) {
        const auto expression = bounded_pattern(alias.pattern, site);
        tables.recipients += std::format("/{}/ {}\n", expression, base::join(alias.targets, ", "));
        if (alias.targets.size() == 1) tables.senders += std::format("/{}/ {}\n", expression, alias.targets.front());
    }
    return tables;
}

}  // namespace accounts
