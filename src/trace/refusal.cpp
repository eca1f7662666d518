#include "trace/refusal.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "regexp/regexp.h"
#include "trace/refusal_rows.h"

namespace trace {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// "550" or "5.7.26"
bool is_code(std::string_view word) {
    const auto dots = std::ranges::count(word, '.');
    return word.size() >= 3 && word.size() <= 9 && (dots == 0 ? word.size() == 3 : dots == 2 && word[1] == '.') &&
           std::ranges::all_of(word, [](char c) { return is_digit(c) || c == '.'; });
}

/// A reply of several lines comes as one, with the codes of each line in the middle of sentences.
std::string without_repeated_codes(std::string_view text) {
    std::set<std::string_view> seen;
    std::string plain;
    for (auto word : base::words(text)) {
        const bool continues = word.size() > 3 && word[3] == '-' && is_code(word.substr(0, 3));
        for (const auto part : continues ? std::vector{word.substr(0, 3), word.substr(4)} : std::vector{word}) {
            if (part.empty() || (is_code(part) && !seen.insert(part).second)) continue;
            if (!plain.empty()) plain += ' ';
            plain += part;
        }
    }
    return plain;
}

/// The name of the server that speaks.
std::string host_of(std::string_view relay, std::string_view text) {
    if (text.starts_with("host ")) relay = text.substr(5);
    return base::lower(relay.substr(0, std::min(relay.find('['), relay.size())));
}

}  // namespace

std::optional<Refusal> explain(std::string_view relay, std::string_view text) {
    constexpr std::size_t longest = 2000;
    const auto host = host_of(relay, text);
    const auto reply = without_repeated_codes(text.substr(0, longest));
    for (const auto& row : refusal_rows)
        if ((row.host.empty() || regexp::matches(std::string(row.host), host)) &&
            regexp::matches(std::string(row.reply), reply))
            return row.refusal;
    return std::nullopt;
}

}  // namespace trace
