#include <charconv>

#include "maillog/reader.h"

namespace maillog {
namespace {

std::optional<double> number(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

/// `2026-11-21 17:33:26 #255(rspamd_proxy) <a86e26>; proxy; rspamd_task_write_log: `
bool skip_head(Reader& reader) {
    reader.word("-");
    if (!reader.skip(" ")) return false;
    reader.word(":.");
    if (!reader.skip(" #")) return false;
    reader.word();
    if (!reader.skip("(")) return false;
    reader.word("_");
    if (!reader.skip(") <")) return false;
    reader.word();
    return reader.skip(">; proxy; rspamd_task_write_log: ");
}

/// `NAME(1.50),OTHER(-0.20)`
std::vector<Symbol> symbols(std::string_view text) {
    std::vector<Symbol> all;
    Reader reader(text);
    do {
        const auto name = reader.until("(");
        const auto score = name ? reader.until(")") : std::nullopt;
        if (!score) break;
        all.push_back({.name = std::string(*name), .score = number(*score).value_or(0)});
    } while (reader.skip(","));
    return all;
}

}  // namespace

std::optional<Entry> parse_rspamd(std::string_view line) {
    Reader reader(line);
    if (!skip_head(reader) || !reader.skip("qid: <")) return std::nullopt;
    const auto queue_id = reader.word();
    if (queue_id.empty() || !reader.skip(">, (default: ")) return std::nullopt;
    reader.word();
    if (!reader.skip(" (")) return std::nullopt;
    const auto action = reader.until("): [");
    const auto score = action ? reader.until("/") : std::nullopt;
    const auto limit = score ? reader.until("] [") : std::nullopt;
    const auto names = limit ? reader.until("])") : std::nullopt;
    if (!names) return std::nullopt;
    Judged judged{.action = std::string(*action),
                  .score = number(*score).value_or(0),
                  .reject_score = *limit == "nan" ? std::nullopt : number(*limit),
                  .symbols = symbols(*names),
                  .seconds = 0};
    if (reader.skip(", time: "))
        if (const auto milliseconds = reader.until("ms")) judged.seconds = number(*milliseconds).value_or(0) / 1000;
    return Entry{.service = "rspamd", .process = 0, .queue_id = std::string(queue_id), .event = std::move(judged)};
}

}  // namespace maillog
