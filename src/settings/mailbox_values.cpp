#include "settings/mailbox_values.h"

#include <algorithm>
#include <array>
#include <format>

#include "base/text.h"
#include "settings/values.h"

namespace settings {
namespace {

constexpr std::size_t longest_folder = 60;
constexpr unsigned longest_days = 3650;
constexpr unsigned most_connections = 2000;

/// Names with a meaning of their own in a Maildir or in IMAP.
constexpr std::array<std::string_view, 6> taken_names{"inbox", "cur", "new", "tmp", "subscriptions", "maildirfolder"};

/// Folders of the workspace in which something else is.
constexpr std::array<std::string_view, 7> taken_folders{
    "etc", "mail/inboxes", "var/spool", "var/lib/mailserver", "var/lib/rspamd", "var/lib/valkey", "var/lib/unbound"};

bool is_inside(std::string_view path, std::string_view folder) {
    return path == folder || (path.starts_with(folder) && path[folder.size()] == '/');
}

bool is_letter_digit_or_mark(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == ' ' || static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

base::Result<std::string> parse_folder(std::string_view text) {
    if (text.size() > longest_folder) return base::fail(std::format("it is longer than {} octets", longest_folder));
    if (base::printable(text) != text) return base::fail("it is not UTF-8");
    if (!std::ranges::all_of(text, is_letter_digit_or_mark))
        return base::fail("only letters, digits, spaces, - and _ are possible");
    if (std::ranges::contains(taken_names, base::lower(text))) return base::fail("this name has a meaning of its own");
    return std::string(text);
}

base::Result<unsigned> parse_days(std::string_view text) {
    if (text == "off") return 0;
    const auto days = text.ends_with('d') ? base::parse_number(text.substr(0, text.size() - 1)) : std::nullopt;
    if (!days) return base::fail("it must be a number of days, like 30d, or off");
    if (*days < 1 || *days > longest_days)
        return base::fail(std::format("it must be from 1d to {}d, or off", longest_days));
    return static_cast<unsigned>(*days);
}

base::Result<std::string> parse_delimiter(std::string_view text) {
    if (text == "off") return "";
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!std::string_view("+-_=.").contains(text[i])) return base::fail("only + - _ = and . are possible, or off");
        if (text.find(text[i], i + 1) != std::string_view::npos)
            return base::fail(std::format("'{}' stands in it twice", text[i]));
    }
    return std::string(text);
}

base::Result<unsigned> parse_connections(std::string_view text) {
    const auto number = base::parse_number(text);
    if (!number || *number < 1 || *number > most_connections)
        return base::fail(std::format("it must be a number from 1 to {}", most_connections));
    return static_cast<unsigned>(*number);
}

base::Result<std::string> parse_index_dir(std::string_view text) {
    auto path = parse_workspace_file(text);
    if (!path) return path;
    const std::string folder = path->substr(path->find('/', 1) + 1);
    for (const auto taken : taken_folders)
        if (is_inside(folder, taken) || is_inside(taken, folder))
            return base::fail(
                std::format("it must be a folder of its own: {} in the workspace is used already", taken));
    return folder;
}

}  // namespace settings
