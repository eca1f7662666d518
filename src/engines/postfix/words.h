#pragma once
/// How Postfix cuts a value into words: at separators, but never inside `{ … }`.
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace engines {

/// The words of `text`; an error when a brace has no partner.
base::Result<std::vector<std::string>> postfix_words(std::string_view text, std::string_view separators);

/// `{ a b }` → `a b`; what is not in braces stays as it is.
std::string_view without_braces(std::string_view word);

}  // namespace engines
