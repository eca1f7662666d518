#include "accounts/alias_lines.h"

#include <algorithm>

#include "base/text.h"

namespace accounts {

std::vector<AliasLine> alias_lines(std::string_view text, const std::function<void(std::size_t)>& stray) {
    std::vector<AliasLine> lines;
    std::size_t number = 0;
    for (const auto line : base::split(text, '\n')) {
        ++number;
        const auto content = base::trim(line);
        if (content.empty() || content.starts_with('#')) continue;
        if (line.front() != ' ' && line.front() != '\t') {
            lines.push_back({number, {number}, std::string(content)});
        } else if (lines.empty()) {
            stray(number);
        } else {
            lines.back().numbers.push_back(number);
            lines.back().text += " " + std::string(content);
        }
    }
    return lines;
}

AliasWords alias_words(std::string_view entry) {
    const auto end = std::min(entry.find_first_of(" \t"), entry.size());
    AliasWords words{.source = entry.substr(0, end), .targets = {}};
    const auto rest = base::trim(entry.substr(end));
    if (rest.empty()) return words;
    for (const auto piece : base::split(rest, ',')) words.targets.push_back(base::trim(piece));
    return words;
}

}  // namespace accounts
