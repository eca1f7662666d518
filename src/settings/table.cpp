#include "settings/table.h"

#include <ranges>

#include "settings/rows.h"

namespace settings {

std::vector<std::span<const Row>> table() {
    return {required_rows(), domain_rows(), mailbox_rows(), directory_rows(), certificate_rows(), network_rows(),
            search_rows(),   filter_rows(), virus_rows(),   outbound_rows(),  backup_rows(),      monitoring_rows()};
}

std::string template_text() {
    std::string text =
        "# Settings of the mail server: a docker environment file. Copy it to settings.env and fill in the first "
        "three.\n"
        "# No quotation marks around values and no comment behind them: both would become part of the value.\n"
        "# An empty value means the default.\n";
    for (const Row& row : table() | std::views::join) {
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
