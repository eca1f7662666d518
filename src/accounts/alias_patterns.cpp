#include "accounts/alias_patterns.h"

#include <format>

#include "base/text.h"
#include "regexp/regexp.h"

namespace accounts {

std::string bounded_pattern(const std::string& pattern, const Site& site) {
    std::vector<std::string> domains;
    for (const auto& domain : site.domains) domains.push_back(base::replace_all(domain.str(), ".", "\\."));
    return std::format("(*LIMIT_MATCH=20000)(*LIMIT_DEPTH=2000)^(?=[^@]+@(?:{})$)(?:{})$", base::join(domains, "|"),
                       pattern);
}

base::Result<std::string> checked_pattern(std::string_view text, const Site& site) {
    constexpr std::size_t longest = 500;
    if (text.size() < 3 || !text.starts_with('/') || !text.ends_with('/'))
        return base::fail("write it between two slashes, without spaces");
    const auto pattern = text.substr(1, text.size() - 2);
    if (pattern.size() > longest) return base::fail(std::format("longer than {} octets", longest));
    bool escaped = false;
    for (const char c : pattern) {
        if (c < ' ' || c > '~') return base::fail("only visible ASCII characters can be in an address");
        if (c == '/' && !escaped) return base::fail("write a slash inside of it as \\/");
        escaped = c == '\\' && !escaped;
    }
    if (escaped) return base::fail("a backslash at the end has nothing to stand for");
    if (const auto good = regexp::check(bounded_pattern(std::string(pattern), site)); !good)
        return std::unexpected(good.error());
    return std::string(pattern);
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
