#include "accounts/alias_edit.h"

#include <algorithm>
#include <format>
#include <map>
#include <set>

#include "accounts/alias_lines.h"
#include "base/text.h"

namespace accounts {
namespace {

AliasEntry entry_of(const AliasLine& line, const base::Domain& domain) {
    const auto words = alias_words(line.text);
    AliasEntry entry{.source = canonical_alias_name(words.source, domain), .targets = {}};
    for (const auto target : words.targets) entry.targets.push_back(canonical_alias_name(target, domain));
    return entry;
}

std::string line_of(const AliasEntry& entry) {
    return std::format("{}  {}", entry.source, base::join(entry.targets, ", "));
}

}  // namespace

std::string canonical_alias_name(std::string_view name, const base::Domain& domain) {
    if (name.starts_with('/')) return std::string(name);
    return name.contains('@') || name.empty() ? base::lower(name) : base::lower(name) + "@" + domain.str();
}

std::string edit_aliases(std::string_view text, const base::Domain& domain,
                         const std::function<std::optional<AliasEntry>(const AliasEntry&)>& change) {
    std::map<std::size_t, std::string> replaced;  // first lines of changed entries
    std::set<std::size_t> removed;
    for (const auto& line : alias_lines(text, [](std::size_t) {})) {
        const auto before = entry_of(line, domain);
        const auto after = change(before);
        if (after == before) continue;
        removed.insert(line.numbers.begin(), line.numbers.end());
        if (after) replaced[line.number] = line_of(*after);
    }
    if (removed.empty()) return std::string(text);
    std::vector<std::string> kept;
    for (std::size_t number = 1; const auto line : base::split(text, '\n')) {
        if (const auto found = replaced.find(number); found != replaced.end())
            kept.push_back(found->second);
        else if (!removed.contains(number))
            kept.emplace_back(line);
        ++number;
    }
    return base::join(kept, "\n");
}

std::string with_alias(std::string_view text, const base::Domain& domain, const AliasEntry& added) {
    bool there = false;
    auto changed = edit_aliases(text, domain, [&](AliasEntry entry) -> std::optional<AliasEntry> {
        if (there || entry.source != added.source) return entry;
        there = true;
        for (const auto& target : added.targets)
            if (!std::ranges::contains(entry.targets, target)) entry.targets.push_back(target);
        return entry;
    });
    if (there) return changed;
    if (!changed.empty() && !changed.ends_with('\n')) changed += '\n';
    return changed + line_of(added) + "\n";
}

std::string without_alias(std::string_view text, const base::Domain& domain, const std::string& source,
                          const std::optional<std::string>& target) {
    return edit_aliases(text, domain, [&](AliasEntry entry) -> std::optional<AliasEntry> {
        if (entry.source != source) return entry;
        if (!target) return std::nullopt;
        std::erase(entry.targets, *target);
        if (entry.targets.empty()) return std::nullopt;
        return entry;
    });
}

std::string without_target(std::string_view text, const base::Domain& domain, const std::string& target) {
    return edit_aliases(text, domain, [&](AliasEntry entry) -> std::optional<AliasEntry> {
        if (std::erase(entry.targets, target) != 0 && entry.targets.empty()) return std::nullopt;
        return entry;
    });
}

std::string with_renamed(std::string_view text, const base::Domain& domain, const std::string& from,
                         const std::string& to) {
    return edit_aliases(text, domain, [&](AliasEntry entry) -> std::optional<AliasEntry> {
        if (entry.source != from && !std::ranges::contains(entry.targets, from)) return entry;
        if (entry.source == from) entry.source = to;
        std::ranges::replace(entry.targets, from, to);
        std::vector<std::string> once;
        for (const auto& target : entry.targets)
            if (target != entry.source && !std::ranges::contains(once, target)) once.push_back(target);
        if (once.empty()) return std::nullopt;
        entry.targets = std::move(once);
        return entry;
    });
}

}  // namespace accounts
