#pragma once
/// What both kinds of reports share.
#include <algorithm>
#include <string>
#include <string_view>

#include "base/text.h"
#include "reports/report.h"

namespace reports {

inline std::string short_text(std::string_view text, std::size_t limit = 200) {
    return base::printable(base::trim(text), limit);
}

/// A count of a stranger; nothing for what is none.
inline std::int64_t counted(std::string_view text) {
    const auto number = base::parse_number(base::trim(text)).value_or(0);
    return static_cast<std::int64_t>(std::min<std::uint64_t>(number, most_counted));
}

}  // namespace reports
