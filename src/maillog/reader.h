#pragma once
/// For the parsers of this folder: what is left to read of a line.
#include <optional>
#include <string_view>

#include "maillog/line.h"

namespace maillog {

class Reader {
  public:
    explicit Reader(std::string_view rest) : rest_(rest) {}

    std::string_view rest() const { return rest_; }

    /// Steps over `word`, when it comes next.
    bool skip(std::string_view word) {
        if (!rest_.starts_with(word)) return false;
        rest_.remove_prefix(word.size());
        return true;
    }

    /// What stands before `end`, and steps over both; nothing when `end` does not come.
    std::optional<std::string_view> until(std::string_view end) {
        const auto at = rest_.find(end);
        if (at == std::string_view::npos) return std::nullopt;
        const auto text = rest_.substr(0, at);
        rest_.remove_prefix(at + end.size());
        return text;
    }

    /// Letters, digits and whatever is in `others`; may be empty.
    std::string_view word(std::string_view others = {});

    /// The address in angle brackets that comes next, in the form Postfix gives it: the local part bare or wholly in
    /// quotes, in which anything may stand, brackets as well; the domain a name or a literal in square brackets.
    std::optional<std::string_view> address();

    /// `name[192.0.2.1]`; a port behind it is stepped over.
    std::optional<Client> client();

  private:
    std::string_view rest_;
};

}  // namespace maillog
