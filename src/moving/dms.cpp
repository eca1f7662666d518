#include "moving/dms.h"

#include <algorithm>
#include <format>
#include <limits>

#include "base/address.h"
#include "base/text.h"

namespace moving {
namespace {

constexpr std::string_view accounts_file = "postfix-accounts.cf";
constexpr std::string_view quotas_file = "dovecot-quotas.cf";
constexpr std::string_view patterns_file = "postfix-regexp.cf";

/// `/^info-.*@example\.org$/i target`: the expression, its flags and the rest.
struct Pattern {
    std::string expression;
    std::string flags;
    std::string_view rest;
};

std::optional<Pattern> split_pattern(std::string_view line) {
    if (!line.starts_with('/')) return {};
    for (std::size_t at = 1; at < line.size(); ++at) {
        if (line[at] == '\\') {
            ++at;
            continue;
        }
        if (line[at] != '/') continue;
        const auto rest = line.find_first_of(" \t", at);
        if (rest == std::string_view::npos) return {};
        return Pattern{std::string(line.substr(1, at - 1)), std::string(line.substr(at + 1, rest - at - 1)),
                       base::trim(line.substr(rest))};
    }
    return {};
}

}  // namespace

std::optional<std::uint64_t> parse_dms_size(std::string_view text) {
    constexpr std::string_view units = "BKMGT";
    if (text.empty()) return {};
    std::uint64_t factor = 1;
    const auto unit = base::upper(text.substr(text.size() - 1));
    if (const auto power = units.find(unit); power != std::string_view::npos) {
        factor <<= 10 * power;
        text.remove_suffix(1);
    }
    const auto number = base::parse_number(text);
    if (!number || *number > std::numeric_limits<std::uint64_t>::max() / factor) return {};
    return *number * factor;
}

Read<ForeignAccount> read_dms_accounts(std::string_view text, std::string_view quotas) {
    AccountList list;
    std::vector<Finding> bad;
    for (auto& line : lines_of(text, accounts_file, bad)) {
        const auto fields = base::split(line.text, '|');
        if (fields.size() < 2 || fields[1].empty())
            list.refuse(std::move(line.where), "it is not user|hash");
        else
            list.add(fields[0], base::trim(fields[1]), {}, std::move(line.where));
    }
    for (auto& line : lines_of(quotas, quotas_file, bad)) {
        const auto at = line.text.find(':');
        const auto size =
            at == std::string_view::npos ? std::nullopt : parse_dms_size(base::trim(line.text.substr(at + 1)));
        auto* account = size ? list.find(base::trim(line.text.substr(0, at))) : nullptr;
        if (account)
            account->quota = size;
        else
            list.refuse(std::move(line.where), size ? "there is no such account" : "it is not user:size");
    }
    auto read = std::move(list).take();
    read.findings.insert(read.findings.end(), bad.begin(), bad.end());
    return read;
}

Read<ForeignAlias> read_dms_patterns(std::string_view text) {
    Read<ForeignAlias> read;
    for (auto& line : lines_of(text, patterns_file, read.findings)) {
        const auto refuse = [&](std::string why) { read.findings.push_back({std::move(line.where), std::move(why)}); };
        auto pattern = split_pattern(line.text);
        if (!pattern) {
            refuse("it is not /pattern/ target");
            continue;
        }
        auto& expression = pattern->expression;
        if (!pattern->flags.empty()) {
            refuse(std::format("patterns have no flags here ('{}')", base::printable(pattern->flags, 20)));
            continue;
        }
        // Here a pattern is matched as a whole, there only between its own anchors.
        if (expression.starts_with('^'))
            expression.erase(0, 1);
        else
            expression.insert(0, ".*");
        if (expression.ends_with('$') && !expression.ends_with("\\$"))
            expression.pop_back();
        else
            expression += ".*";
        if (pattern->rest.contains('$')) {
            refuse("a target made of the address ($1) is not possible here");
            continue;
        }
        ForeignAlias alias{.source = "/" + expression + "/", .targets = {}, .where = line.where};
        for (const auto piece : base::split(pattern->rest, ','))
            for (const auto target : base::words(piece)) alias.targets.push_back(base::lower(target));
        if (alias.targets.empty())
            refuse("there is nobody behind the pattern");
        else
            read.items.push_back(std::move(alias));
    }
    return read;
}

std::optional<DkimName> parse_dms_key_name(std::string_view name) {
    constexpr std::string_view end = ".private.txt";
    if (!name.ends_with(end)) return {};
    name.remove_suffix(end.size());
    auto parts = base::split(name, '-');
    if (parts.size() < 3 || parts[0] != "rsa" || !base::parse_number(parts[1])) return {};
    // Selector and domain may hold hyphens; the domain is the longest end that is one, and selectors have no dots.
    for (std::size_t first = 3; first < parts.size(); ++first) {
        std::string selector(parts[2]), domain(parts[first]);
        for (std::size_t at = 3; at < first; ++at) selector += "-" + std::string(parts[at]);
        for (std::size_t at = first + 1; at < parts.size(); ++at) domain += "-" + std::string(parts[at]);
        if (const auto parsed = base::Domain::parse(domain)) return DkimName{selector, parsed->str()};
    }
    return {};
}

}  // namespace moving
