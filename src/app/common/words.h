#pragma once
/// The words of one command of `./user.sh` or another door, sorted out by the form the command has.
#include <map>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace app {

/// What a command takes.
struct Form {
    std::string_view name;   ///< "add", or two words: "alias add"
    std::string_view words;  ///< as the usage shows them: "<user@domain> [<password>]"
    std::string_view help;   ///< what it does, lines of at most 70 characters
    std::size_t least = 0;   ///< how many words that are no options
    std::size_t most = 0;
    std::string_view options;  ///< the options it has, separated by spaces; those that take a value end with '='
    bool password = false;     ///< a word may be a password, which is never repeated
    std::string_view door = "./user.sh";  ///< what the operator types before it
};

struct Words {
    std::vector<std::string_view> plain;
    std::map<std::string_view, std::string_view> options;  ///< with "" for those without a value

    bool has(std::string_view option) const { return options.contains(option); }
    std::string_view value(std::string_view option) const {
        const auto found = options.find(option);
        return found == options.end() ? std::string_view() : found->second;
    }
};

/// `words` are what follows the command's name. Every command also takes --json. usage: an unknown option, too few or
/// too many words.
base::Result<Words> sort_out(const Form& form, std::span<const std::string_view> words);

/// usage: there is no such command; `door` is what the operator types before it.
std::unexpected<base::Error> no_command(std::string_view name, std::string_view door);

/// The row of a door's table whose form has the first word for its name, and the words behind it, sorted out.
template <class Row, std::size_t Count>
base::Result<std::pair<const Row*, Words>> choose(const Row (&rows)[Count], std::span<const std::string_view> words) {
    for (const auto& row : rows) {
        if (row.form.name != words.front()) continue;
        auto sorted = sort_out(row.form, words.subspan(1));
        if (!sorted) return std::unexpected(std::move(sorted.error()));
        return std::pair{&row, std::move(*sorted)};
    }
    return no_command(words.front(), rows[0].form.door);
}

}  // namespace app
