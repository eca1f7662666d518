#include "moving/foreign.h"

#include <algorithm>
#include <format>

#include "base/address.h"
#include "base/text.h"

namespace moving {

std::vector<Line> lines_of(std::string_view text, std::string_view file, std::vector<Finding>& findings) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    std::vector<Line> lines;
    std::size_t number = 0;
    for (const auto piece : base::split(text, '\n')) {
        ++number;
        const auto line = base::trim(piece);
        if (line.empty() || line.starts_with('#')) continue;
        auto where = std::format("{}:{}", file, number);
        const bool control = std::ranges::any_of(
            line, [](char c) { return (static_cast<unsigned char>(c) < ' ' && c != '\t') || c == '\x7f'; });
        if (control)
            findings.push_back({std::move(where), "there are control characters in the line"});
        else
            lines.push_back({line, std::move(where)});
    }
    return lines;
}

void AccountList::add(std::string_view text, std::string_view hash, std::optional<std::uint64_t> quota,
                      std::string where) {
    const auto address = base::EmailAddress::parse(text);
    if (!address) return refuse(std::move(where), address.error().text);
    const auto [at, is_new] = known_.emplace(address->str(), read_.items.size());
    if (!is_new)
        return refuse(std::move(where),
                      std::format("{} is there already, from {}", address->str(), read_.items[at->second].where));
    read_.items.push_back({address->str(), std::string(hash), quota, std::move(where)});
}

ForeignAccount* AccountList::find(std::string_view address) {
    const auto at = known_.find(base::lower(address));
    return at == known_.end() ? nullptr : &read_.items[at->second];
}

}  // namespace moving
