#include "imapsync/hide_deleted.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace imapsync {
namespace {

/// The octets of the literal that a line announces with `{123}` or `~{123}` at its end (RFC 9051 §4.3).
std::uint64_t literal_behind(std::string_view line) {
    line = base::trim(line);
    const auto open = line.rfind('{');
    if (!line.ends_with('}') || open == std::string_view::npos) return 0;
    return base::parse_number(line.substr(open + 1, line.size() - open - 2)).value_or(0);
}

}  // namespace

std::string HideDeleted::feed(std::string_view piece) {
    std::string passed;
    while (!piece.empty()) {
        if (literal_ > 0) {
            const auto taken = std::min<std::uint64_t>(literal_, piece.size());
            passed += piece.substr(0, taken);
            piece.remove_prefix(taken);
            literal_ -= taken;
            continue;
        }
        const auto end = piece.find('\n');
        line_ += piece.substr(0, end == std::string_view::npos ? end : end + 1);
        if (end == std::string_view::npos) break;
        piece.remove_prefix(end + 1);
        literal_ = literal_behind(line_);
        // A keyword nobody has, which mbsync ignores.
        passed += base::replace_all(std::exchange(line_, {}), "\\Deleted", "$Deleted");
    }
    return passed;
}

std::string HideDeleted::finish() {
    return std::exchange(line_, {});
}

}  // namespace imapsync
