#pragma once
/// Regular expressions of PCRE, the kind Postfix's pcre tables have: only whether one is good and what it matches.
#include <string>
#include <string_view>

#include "base/error.h"

namespace regexp {

/// Nothing when `pattern` compiles, otherwise the reason.
base::Result<> check(const std::string& pattern);

/// Whether `pattern` matches somewhere in `text`, letters in any case; false as well when it needs more steps than PCRE
/// allows.
bool matches(const std::string& pattern, const std::string& text);

}  // namespace regexp
