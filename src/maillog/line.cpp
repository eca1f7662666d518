#include "maillog/line.h"

#include <algorithm>

namespace maillog {

std::uint64_t Disconnected::given(std::string_view command) const {
    const auto found = std::ranges::find(commands, command, &CommandCount::command);
    return found == commands.end() ? 0 : found->given;
}

std::optional<Entry> parse(std::string_view engine, std::string_view line) {
    if (engine == "postfix") return parse_postfix(line);
    if (engine == "rspamd") return parse_rspamd(line);
    if (engine == "dovecot") return parse_dovecot(line);
    return std::nullopt;
}

}  // namespace maillog
