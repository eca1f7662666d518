#include "settings/table.h"

#include "settings/rows.h"

namespace settings {
namespace {

std::vector<Row> all_rows() {
    std::vector<Row> all;
    for (const auto rows : {required_rows(), domain_rows(), mailbox_rows(), certificate_rows(), network_rows(),
                            search_rows(), filter_rows(), monitoring_rows()}) {
        all.insert(all.end(), rows.begin(), rows.end());
    }
    return all;
}

}  // namespace

std::span<const Row> table() {
    static const std::vector<Row> rows = all_rows();
    return rows;
}

std::string template_text() {
    std::string text =
        "# Settings of the mail server: a docker environment file. Copy it to settings.env and fill in the first "
        "three.\n"
        "# No quotation marks around values and no comment behind them: both would become part of the value.\n"
        "# An empty value means the default.\n";
    for (const Row& row : table()) {
        if (!row.section.empty()) text += "\n#\n# " + std::string(row.section) + "\n#\n";
        if (!row.help.empty()) {
            text += "\n# ";
            for (const char c : row.help) text += c == '\n' ? "\n# " : std::string(1, c);
            text += '\n';
            if (row.default_text.empty() && !row.secret) text += "# Example: " + std::string(row.example) + "\n";
        }
        text += std::string(row.key) + "=" + std::string(row.default_text) + "\n";
    }
    return text;
}

}  // namespace settings
