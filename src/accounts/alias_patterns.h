#pragma once
/// Aliases by pattern, as Postfix reads them: two pcre tables (pcre_table(5)), remade whenever the aliases change.
#include <string>

#include "accounts/alias.h"
#include "accounts/site.h"

namespace accounts {

/// The expression that is really matched: the operator's as a whole, in served domains only (Postfix asks for every
/// recipient of every mail), and bounded, so that a pattern that backtracks without end matches nothing instead of
/// standing still.
std::string bounded_pattern(const std::string& pattern, const Site& site);

/// The expression between the slashes of `/…/`, or why it cannot be one.
base::Result<std::string> checked_pattern(std::string_view text, const Site& site);

struct PatternTables {
    std::string recipients;  ///< address → targets
    std::string senders;     ///< address → the one account it leads to, which may send as it
};

PatternTables pattern_tables(const std::vector<RegexpAlias>& patterns, const Site& site);

}  // namespace accounts
