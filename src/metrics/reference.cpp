#include "metrics/reference.h"

#include <format>

#include "base/text.h"
#include "metrics/rows_foreign.h"
#include "metrics/table.h"

namespace metrics {
namespace {

constexpr std::string_view introduction =
    "# Metrics\n"
    "\n"
    "Made by `mailserver metrics --reference`; do not edit. `./mailserver.sh metrics` shows the present values.\n"
    "\n"
    "A label whose values are written out has all of them, with 0, from the start. Others say what keeps their number\n"
    "small: no stranger can make a new series. Per-account series exist for `METRICS_PER_USER_LIMIT` accounts; sums "
    "are\n"
    "always of all. Connections of our own probes are not counted.\n";

constexpr std::string_view elsewhere =
    "\n"
    "## What the engines tell of themselves\n"
    "\n"
    "Passed on as it is, but for names of accounts beyond the limit, and `rspamd_scan_time_average`, which is always "
    "0\n"
    "(`mailserver_spam_scan_seconds` is right). Dovecot prints subtotals beside the parts they are made of: ask for\n"
    "`{protocol!=\"\"}`, or use the name with `_count`. These are what dashboards use, and there are more.\n";

std::string labels_of(const Row& row) {
    std::string text;
    for (const auto& label : row.labels) {
        text += std::format("{}`{}`: ", text.empty() ? "" : "; ", label.name);
        if (label.values.empty()) {
            text += label.bound;
            continue;
        }
        std::string_view comma;
        for (const auto value : label.values) {
            text += std::format("{}{}", comma, value);
            comma = ", ";
        }
    }
    return text;
}

void add_table(std::string& text, std::string_view title, std::span<const Row> rows) {
    text += std::format("\n{}\n\n| name | type | unit | meaning | labels |\n|---|---|---|---|---|\n", title);
    for (const auto& row : rows)
        text += std::format("| `{}` | {} | {} | {} | {} |\n", row.name, name(row.kind), row.unit, row.meaning,
                            labels_of(row));
}

}  // namespace

std::string reference() {
    std::string text(introduction);
    for (const auto& group : table) add_table(text, std::format("## {}", group.title), group.rows);
    text += elsewhere;
    add_table(text, "### Dovecot", dovecot_rows);
    add_table(text, "### Rspamd", rspamd_rows);
    return base::replace_all(text, "|  |", "| |");
}

}  // namespace metrics
