#include "app/outbound/trace.h"

#include <format>
#include <optional>

#include "base/text.h"
#include "trace/store.h"
#include "trace/telling.h"

namespace app {
namespace {

constexpr std::string_view usage =
    "   What happened to a mail: who handed it in, what the filter said, where it went and what was answered there.\n"
    "   It is named by its Message-ID, its queue id, or an address of its sender or a recipient. Times are UTC.\n"
    "   Options:\n"
    "          --since <time>             - only mail not older than that: 90m, 12h, 2d.\n"
    "          --limit <number>           - show at most so many mails, the newest first (10).\n"
    "          --json                     - Print the result as JSON.\n";

constexpr std::size_t usual_limit = 10, highest_limit = 1000;

/// So many mails within a day are no accident.
constexpr std::int64_t telling = 5;

struct Words {
    std::optional<std::string_view> what;
    std::optional<std::chrono::seconds> since;
    std::size_t limit = usual_limit;
    bool as_json = false;
};

std::unexpected<base::Error> wrong(std::string why) {
    return base::fail(std::move(why), "`./mailserver.sh trace help` tells what there is.", base::ErrorKind::usage);
}

base::Result<Words> parse_words(Arguments arguments) {
    const auto [plain, as_json] = without_json(arguments);
    Words words{.as_json = as_json};
    for (std::size_t i = 0; i < plain.size(); ++i) {
        const auto word = plain[i];
        if (word == "--since" || word == "--limit") {
            if (i + 1 == plain.size()) return wrong(std::format("{} needs a word behind it", word));
            const auto value = plain[++i];
            const auto shown = base::printable(value, 40);
            if (word == "--since") {
                words.since = base::parse_duration(value);
                if (!words.since)
                    return wrong(std::format("--since is a time such as 90m, 12h or 2d, not '{}'", shown));
                continue;
            }
            const auto number = base::parse_number(value);
            if (!number || *number == 0 || *number > highest_limit)
                return wrong(std::format("--limit is a number from 1 to {}, not '{}'", highest_limit, shown));
            words.limit = *number;
        } else if (word.starts_with("--") || words.what) {
            return wrong(std::format("'{}' is too much", base::printable(word, 40)));
        } else {
            words.what = word;
        }
    }
    if (!words.what || base::trim(*words.what).empty())
        return wrong("trace needs a Message-ID, a queue id or an address");
    return words;
}

base::Result<trace::Found> find(const Words& words, unsigned days, const Installation& here, base::SystemTime now) {
    const auto nothing = [&](std::string_view kept) {
        return base::fail(std::format("there is nothing about '{}'", base::printable(*words.what, 100)),
                          std::format("{} Its queue id is in the log; a Message-ID is needed whole.", kept),
                          base::ErrorKind::not_found);
    };
    auto store = trace::Store::open_to_read(here.trace_database());
    if (!store && store.error().kind == base::ErrorKind::not_found)
        return nothing("Nothing is kept yet: has the server been started with TRACE_DAYS?");
    if (!store) return std::unexpected(store.error());
    const auto since = words.since ? now - *words.since : base::SystemTime{};
    auto found = store->find(std::string(base::trim(*words.what)), since, words.limit);
    if (found && found->mails.empty())
        return nothing(std::format("What happened is kept for {} days (TRACE_DAYS).", days));
    return found;
}

base::Result<std::string> told(Arguments arguments, const settings::Settings& settings, const Installation& here) {
    if (asks_for_help(arguments)) return std::string(usage);
    const auto words = parse_words(arguments);
    if (!words) return std::unexpected(words.error());
    const auto found = find(*words, settings.trace_days, here, base::RealClock().now());
    if (!found) return std::unexpected(found.error());
    if (words->as_json) {
        auto mails = json::array();
        for (const auto& mail : found->mails) mails.add(trace::to_json(mail));
        return json::dump(json::object({{"mails", std::move(mails)}, {"more", found->more}}), 2) + "\n";
    }
    std::string text;
    for (const auto& mail : found->mails) text += (text.empty() ? "" : "\n") + trace::tell(mail);
    if (found->more)
        text += std::format("\nThere are older ones: --limit {}.\n", std::min(words->limit * 10, highest_limit));
    return text;
}

}  // namespace

std::vector<std::string> refusal_warnings(const Installation& here, base::SystemTime now) {
    auto store = trace::Store::open_to_read(here.trace_database());
    const auto counts = store ? store->refusals(now - std::chrono::days(1)) : std::unexpected(store.error());
    // Trouble with the file is told where it is written.
    if (!counts) return {};
    std::vector<std::string> warnings;
    for (const auto& count : *counts)
        if (count.mails >= telling)
            if (auto text = trace::tell(count); !text.empty()) warnings.push_back(std::move(text));
    return warnings;
}

base::ExitCode trace_command(Arguments arguments, const settings::Settings& settings, const Installation& here) {
    return print(told(arguments, settings, here));
}

}  // namespace app
