#pragma once
/// The words of one command of `./user.sh` or another door, sorted out by the form the command has.
#include <map>
#include <span>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace app::user {

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

}  // namespace app::user
