#pragma once
/// Changing an aliases file as its owner would: only the entries meant change, comments and everything else stay as
/// they are, octet for octet. Pure; what a name means is parse_aliases()'s business.
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.h"

namespace accounts {

/// An entry of the file in its canonical form: lower case, names with their domain, patterns as they are.
struct AliasEntry {
    std::string source;
    std::vector<std::string> targets;
    bool operator==(const AliasEntry&) const = default;
};

/// The text with each entry as `change` wants it: the same, another one, or none.
std::string edit_aliases(std::string_view text, const base::Domain& domain,
                         const std::function<std::optional<AliasEntry>(const AliasEntry&)>& change);

/// Adds targets to the entry of `added.source`, or a new entry at the end.
std::string with_alias(std::string_view text, const base::Domain& domain, const AliasEntry& added);

/// Without the entry, or without one target of it. The same text when there is no such thing.
std::string without_alias(std::string_view text, const base::Domain& domain, const std::string& source,
                          const std::optional<std::string>& target);

/// Without this target anywhere; entries that had no other are gone.
std::string without_target(std::string_view text, const base::Domain& domain, const std::string& target);

/// With another name for an address wherever it stands, once in each entry; what would lead to itself is gone.
std::string with_renamed(std::string_view text, const base::Domain& domain, const std::string& from,
                         const std::string& to);

/// `name` as an entry has it.
std::string canonical_alias_name(std::string_view name, const base::Domain& domain);

}  // namespace accounts
