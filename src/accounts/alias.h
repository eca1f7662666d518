#pragma once
/// The operator's aliases file (etc/postfix/valias) as a value: `<source> <target>[, <target>…]` lines. Pure: text and
/// accounts in, aliases or every mistake with its line out. Nothing but checked addresses ever reaches Postfix, so no
/// command, file or include can be delivered to; what looks like one is named and refused.
#include <compare>
#include <cstdint>
#include <expected>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/site.h"
#include "base/address.h"
#include "base/error.h"

namespace accounts {

/// Mail for `source` (an address, or `@domain` for everything in a domain nobody else takes) goes to `target`.
struct Alias {
    std::string source;
    std::string target;
    auto operator<=>(const Alias&) const = default;
};

/// Mail for anybody in the domain `source` who has neither account nor alias there goes to the same name in `target`,
/// if that exists.
struct DomainAlias {
    std::string source;
    std::string target;
    auto operator<=>(const DomainAlias&) const = default;
};

/// Mail for every address of a served domain that `pattern` (PCRE, without the slashes, any case) matches as a whole
/// and that is neither account nor alias goes to the targets.
struct RegexpAlias {
    std::string pattern;
    std::vector<std::string> targets;
    auto operator<=>(const RegexpAlias&) const = default;
};

/// All that an aliases file says.
struct Aliases {
    std::vector<Alias> plain;  ///< sorted by source, then target
    std::vector<DomainAlias> domains;
    std::vector<RegexpAlias> patterns;  ///< in the order of the file: the first that matches counts

    /// How many lines of a file they would make, one target a line.
    std::size_t size() const;
    bool operator==(const Aliases&) const = default;
};

struct AliasProblem {
    std::size_t line = 0;  ///< 0: about the whole file
    std::string text;
    bool operator==(const AliasProblem&) const = default;
};

constexpr std::uint64_t largest_aliases_file = 10 * 1024 * 1024;

/// All aliases of the file, or everything wrong with it (the first 100 mistakes). Format as postmap reads it: `#` lines
/// are comments, a line that starts with a space continues the one before. A name without a domain is in DOMAIN.
/// Sources must be in a served domain or HOSTNAME; targets there must exist as an account or an alias; chains must end.
/// `@domain` as the target of `@domain` is a domain alias, a source between slashes a pattern.
std::expected<Aliases, std::vector<AliasProblem>> parse_aliases(std::string_view text, const Site& site,
                                                                const std::set<std::string>& accounts);

/// All problems as one error of kind usage, one a line. `file` is the name the operator knows.
base::Error as_error(std::span<const AliasProblem> problems, std::string_view file);

/// The content of a new aliases file: how to write one, as comments.
std::string_view empty_aliases_file();

/// The local parts every domain must have (RFC 5321 §4.5.1, RFC 2142 §4): they lead to the administrator unless an
/// account or alias of that name exists.
std::span<const std::string_view> system_names();

/// `local+detail@domain` without its detail, as Postfix sees it; `delimiters` are Site::recipient_delimiter.
std::string without_detail(std::string_view address, std::string_view delimiters);

}  // namespace accounts
