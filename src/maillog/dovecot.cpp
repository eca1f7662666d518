#include <algorithm>

#include "maillog/reader.h"

namespace maillog {

std::optional<Entry> parse_dovecot(std::string_view line) {
    Reader reader(line);
    if (!reader.skip("lmtp(")) return std::nullopt;
    const auto user = reader.until(")<");
    if (!user) return std::nullopt;
    reader.word();
    if (!reader.skip("><")) return std::nullopt;
    const auto session = reader.word("+/:=-_");
    if (!reader.skip(">: Info: sieve: msgid=")) return std::nullopt;
    // The Message-ID is a stranger's, and comes before what we look for.
    std::size_t at = std::string_view::npos;
    for (const std::string_view what : {": stored mail into ", ": forwarded to ", ": marked message to be discarded"})
        if (const auto found = reader.rest().rfind(what); found != std::string_view::npos)
            at = at == std::string_view::npos ? found : std::max(at, found);
    if (at == std::string_view::npos) return std::nullopt;
    return Entry{.service = "dovecot",
                 .process = 0,
                 .queue_id = {},
                 .event = Stored{.user = std::string(*user),
                                 .session = std::string(session),
                                 .what = std::string(reader.rest().substr(at + 2))}};
}

}  // namespace maillog
