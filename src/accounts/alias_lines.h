#pragma once
/// The lines of an aliases file: `#` and empty lines are comments, a line that starts with a space continues the one
/// before, as postmap reads it.
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace accounts {

/// An entry: a line with its continuations.
struct AliasLine {
    std::size_t number = 0;            ///< of its first line, from 1
    std::vector<std::size_t> numbers;  ///< of all its lines, the first included
    std::string text;                  ///< put together, without the line ends
};

/// The entries. `stray` is called with the number of each continuation that has nothing to continue.
std::vector<AliasLine> alias_lines(std::string_view text, const std::function<void(std::size_t)>& stray);

/// The first word of an entry and the pieces between the commas of the rest, trimmed.
struct AliasWords {
    std::string_view source;
    std::vector<std::string_view> targets;  ///< empty when there is nothing behind the source
};
AliasWords alias_words(std::string_view entry);

}  // namespace accounts
