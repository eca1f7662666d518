#include "moving/alias_merge.h"

#include <algorithm>
#include <format>

#include "accounts/alias.h"
#include "accounts/alias_edit.h"
#include "base/text.h"

namespace moving {
namespace {

std::string with(const std::string& text, const ForeignAlias& alias, const accounts::Site& site) {
    const auto& domain = site.domains.front();
    accounts::AliasEntry entry{.source = accounts::canonical_alias_name(alias.source, domain), .targets = {}};
    for (const auto& target : alias.targets) entry.targets.push_back(accounts::canonical_alias_name(target, domain));
    return accounts::with_alias(text, domain, entry);
}

/// What cannot even be written down.
bool is_writable(std::string_view name) {
    return !name.empty() && !name.starts_with('#') && name.find_first_of(" \t\r\n,") == std::string_view::npos;
}

/// Why a text with one more alias is no aliases file; empty when it is.
std::string fault(const std::string& text, const accounts::Site& site, const std::set<std::string>& accounts) {
    const auto parsed = accounts::parse_aliases(text, site, accounts);
    return parsed ? "" : parsed.error().front().text;
}

}  // namespace

MergedAliases merge_aliases(std::string text, const std::vector<ForeignAlias>& aliases, const accounts::Site& site,
                            const std::set<std::string>& accounts) {
    MergedAliases merged;
    std::vector<const ForeignAlias*> waiting;
    for (const auto& alias : aliases) {
        if (!is_writable(alias.source) || !std::ranges::all_of(alias.targets, is_writable))
            merged.findings.push_back({alias.where, "there is a name in it that is none"});
        else if (with(text, alias, site) == text)
            ++merged.before;
        else
            waiting.push_back(&alias);
    }
    std::string all = text;
    for (const auto* alias : waiting) all = with(all, *alias, site);
    if (fault(all, site, accounts).empty()) {
        merged.brought = waiting.size();
        merged.text = std::move(all);
        return merged;
    }
    // One by one, again as long as one more finds what it leads to.
    for (bool more = true; more && !waiting.empty();) {
        more = std::erase_if(waiting, [&](const ForeignAlias* alias) {
                   auto next = with(text, *alias, site);
                   if (!fault(next, site, accounts).empty()) return false;
                   text = std::move(next);
                   ++merged.brought;
                   return true;
               }) > 0;
    }
    for (const auto* alias : waiting)
        merged.findings.push_back({alias->where, fault(with(text, *alias, site), site, accounts)});
    merged.text = std::move(text);
    return merged;
}

void qualify(std::vector<ForeignAlias>& aliases, const std::string& domain) {
    const auto complete = [&](std::string& name) {
        if (!name.contains('@') && !name.starts_with('/') && !name.empty()) name += "@" + domain;
    };
    for (auto& alias : aliases) {
        complete(alias.source);
        std::ranges::for_each(alias.targets, complete);
    }
}

}  // namespace moving
