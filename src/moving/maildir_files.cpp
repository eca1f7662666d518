#include "moving/maildir_files.h"

#include <algorithm>
#include <format>
#include <set>
#include <span>

#include "base/text.h"

namespace moving {
namespace {

constexpr std::size_t longest_name = 240;  // of 255: flags are added to it
constexpr std::string_view flag_letters = "DFPRST";

bool is_clean(std::string_view text) {
    return std::ranges::all_of(text,
                               [](char c) { return static_cast<unsigned char>(c) >= ' ' && c != '\x7f' && c != '/'; });
}

bool is_letter(char c) {
    return c >= 'a' && c <= 'z';
}

/// A number of the uidlist: 32 bits, not 0.
std::optional<std::uint32_t> parse_uid(std::string_view text) {
    const auto number = base::parse_number(text);
    if (!number || *number == 0 || *number > 0xFFFFFFFF) return {};
    return static_cast<std::uint32_t>(*number);
}

bool is_good_header(std::string_view line) {
    const auto words = base::words(line);
    if (words.size() < 3 || words[0] != "3") return false;
    bool validity = false, next = false;
    for (const auto word : std::span(words).subspan(1)) {
        const auto value = word.substr(1);
        if (word.starts_with('V'))
            validity = parse_uid(value).has_value();
        else if (word.starts_with('N'))
            next = parse_uid(value).has_value();
        else if (!word.starts_with('G') || value.size() != 32 ||
                 value.find_first_not_of("0123456789abcdef") != std::string_view::npos)
            return false;
    }
    return validity && next;
}

}  // namespace

std::optional<MailName> parse_mail_name(std::string_view name) {
    if (name.empty() || name.starts_with('.') || !is_clean(name)) return {};
    const auto at = name.find(':');
    MailName mail{.base = std::string(name.substr(0, at)), .flags = {}, .keywords = {}};
    if (mail.base.empty() || mail.base.size() > longest_name) return {};
    if (at == std::string_view::npos || !name.substr(at).starts_with(":2,")) return mail;
    for (const char c : name.substr(at + 3)) {
        // Behind a comma are the extensions of other servers.
        if (c == ',') break;
        if (flag_letters.contains(c) && !mail.flags.contains(c)) mail.flags += c;
        if (is_letter(c) && !mail.keywords.contains(c)) mail.keywords += c;
    }
    std::ranges::sort(mail.flags);
    std::ranges::sort(mail.keywords);
    return mail;
}

std::string text_of(const MailName& name) {
    return name.base + ":2," + name.flags + name.keywords;
}

std::optional<std::uint64_t> claimed_size(std::string_view base) {
    const auto at = base.find(",S=");
    if (at == std::string_view::npos) return {};
    const auto digits = base.substr(at + 3);
    return base::parse_number(digits.substr(0, digits.find_first_not_of("0123456789")));
}

std::string without_sizes(std::string_view base) {
    std::string text;
    for (const auto piece : base::split(base, ',')) {
        if (!text.empty() && (piece.starts_with("S=") || piece.starts_with("W="))) continue;
        text += (text.empty() ? "" : ",") + std::string(piece);
    }
    return text;
}

std::map<char, std::string> parse_keywords(std::string_view text) {
    std::map<char, std::string> keywords;
    for (const auto line : base::split(text, '\n')) {
        const auto space = line.find(' ');
        const auto number = base::parse_number(line.substr(0, space));
        if (space == std::string_view::npos || !number || *number > 25) continue;
        const auto name = line.substr(space + 1);
        // An atom of IMAP (RFC 3501 §9).
        const bool atom = !name.empty() && name.size() <= 50 && std::ranges::all_of(name, [](char c) {
            return c > ' ' && c < '\x7f' && !std::string_view("(){%*\"\\]").contains(c);
        });
        if (atom) keywords[static_cast<char>('a' + *number)] = std::string(name);
    }
    return keywords;
}

std::string keywords_text(const std::map<char, std::string>& keywords) {
    std::string text;
    for (const auto& [letter, name] : keywords) text += std::format("{} {}\n", letter - 'a', name);
    return text;
}

bool is_good_uidlist(std::string_view text) {
    std::set<std::string_view> names;
    std::uint32_t last = 0;
    bool header = true;
    if (!text.ends_with('\n')) return false;
    text.remove_suffix(1);
    for (const auto line : base::split(text, '\n')) {
        if (header) {
            if (!is_good_header(line)) return false;
            header = false;
            continue;
        }
        const auto colon = line.find(" :");
        const auto space = line.find(' ');
        if (colon == std::string_view::npos || !is_clean(line)) return false;
        const auto uid = parse_uid(line.substr(0, space));
        if (!uid || *uid <= last || !parse_mail_name(line.substr(colon + 2)) ||
            !names.insert(line.substr(colon + 2)).second)
            return false;
        last = *uid;
    }
    return !header;
}

}  // namespace moving
