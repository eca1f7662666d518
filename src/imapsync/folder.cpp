#include "imapsync/folder.h"

#include <algorithm>

#include "base/text.h"

namespace imapsync {
namespace {

constexpr std::size_t most_folders = 10'000;
constexpr std::size_t longest_name = 1000;  // octets; longer ones are an attack
constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

/// Reads the parts of one response from left to right.
class Reader {
  public:
    explicit Reader(std::string_view text) : rest_(text) {}

    bool takes(std::string_view word) {
        if (base::lower(rest_.substr(0, word.size())) != base::lower(word)) return false;
        rest_.remove_prefix(word.size());
        return true;
    }

    /// An atom, or a quoted string without its quotes.
    std::optional<std::string> word() {
        if (!rest_.starts_with('"')) {
            const auto end = std::min(rest_.find(' '), rest_.size());
            const std::string atom(rest_.substr(0, end));
            rest_.remove_prefix(end);
            // A literal: its text is on another line. No server we know needs one here.
            if (atom.empty() || atom.starts_with('{')) return {};
            return atom;
        }
        std::string text;
        for (std::size_t at = 1; at < rest_.size(); ++at) {
            if (rest_[at] == '"') {
                rest_.remove_prefix(at + 1);
                return text;
            }
            if (rest_[at] == '\\' && ++at == rest_.size()) break;
            text += rest_[at];
        }
        return {};
    }

    std::optional<std::vector<std::string>> list() {
        const auto end = rest_.find(')');
        if (!rest_.starts_with('(') || end == std::string_view::npos) return {};
        std::vector<std::string> words;
        for (const auto word : base::words(rest_.substr(1, end - 1))) words.emplace_back(word);
        rest_.remove_prefix(end + 1);
        return words;
    }

  private:
    std::string_view rest_;
};

std::optional<Folder> folder_in(std::string_view line) {
    Reader reader(line);
    if (!reader.takes("* LIST ")) return {};
    const auto attributes = reader.list();
    if (!attributes || !reader.takes(" ")) return {};
    const bool flat = reader.takes("NIL");
    const auto delimiter = flat ? std::optional(std::string()) : reader.word();
    if (!delimiter || delimiter->size() > 1 || !reader.takes(" ")) return {};
    const auto name = reader.word();
    if (!name || name->empty() || name->size() > longest_name) return {};
    const auto text = from_utf7(*name);
    if (!text) return {};
    Folder folder{.name = *text, .delimiter = *delimiter, .attributes = {}};
    for (const auto& attribute : *attributes)
        folder.attributes.push_back(base::lower(attribute.starts_with('\\') ? attribute.substr(1) : attribute));
    return folder;
}

void append_utf8(std::string& text, std::uint32_t point) {
    const auto tail = [&](int shift) { text += static_cast<char>(0x80 | ((point >> shift) & 0x3f)); };
    if (point < 0x80) {
        text += static_cast<char>(point);
    } else if (point < 0x800) {
        text += static_cast<char>(0xc0 | (point >> 6));
        tail(0);
    } else if (point < 0x10000) {
        text += static_cast<char>(0xe0 | (point >> 12));
        tail(6);
        tail(0);
    } else {
        text += static_cast<char>(0xf0 | (point >> 18));
        tail(12);
        tail(6);
        tail(0);
    }
}

/// The UTF-16 behind an `&`, as UTF-8; false when it is none.
bool append_shifted(std::string& text, std::string_view shifted) {
    std::uint32_t bits = 0, high = 0;
    int have = 0;
    for (const char c : shifted) {
        const auto digit = digits.find(c);
        if (digit == std::string_view::npos) return false;
        bits = (bits << 6 | static_cast<std::uint32_t>(digit)) & 0xffffff;
        have += 6;
        if (have < 16) continue;
        have -= 16;
        const auto unit = (bits >> have) & 0xffff;
        if (unit >= 0xd800 && unit < 0xdc00) {
            if (high != 0) return false;
            high = unit;
        } else if (unit >= 0xdc00 && unit < 0xe000) {
            if (high == 0) return false;
            append_utf8(text, 0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00));
            high = 0;
        } else {
            if (high != 0 || unit == 0) return false;
            append_utf8(text, unit);
        }
    }
    return high == 0;
}

/// The next code point of valid UTF-8, taken off the front; nothing when there is none.
std::optional<std::uint32_t> take_point(std::string_view& text) {
    const auto first = static_cast<unsigned char>(text.front());
    const std::size_t length = first < 0x80   ? 1
                               : first < 0xc2 ? 0
                               : first < 0xe0 ? 2
                               : first < 0xf0 ? 3
                               : first < 0xf5 ? 4
                                              : 0;
    if (length == 0 || text.size() < length) return {};
    std::uint32_t point = length == 1 ? first : first & (0x7fU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        const auto next = static_cast<unsigned char>(text[i]);
        if ((next & 0xc0) != 0x80) return {};
        point = point << 6 | (next & 0x3f);
    }
    if ((length == 3 && point < 0x800) || (length == 4 && point < 0x10000) || point > 0x10ffff ||
        (point >= 0xd800 && point < 0xe000))
        return {};
    text.remove_prefix(length);
    return point;
}

std::string shifted(const std::vector<std::uint16_t>& units) {
    std::string text = "&";
    std::uint32_t bits = 0;
    int have = 0;
    for (const auto unit : units) {
        bits = bits << 16 | unit;
        for (have += 16; have >= 6; have -= 6) text += digits[(bits >> (have - 6)) & 0x3f];
        bits &= (1U << have) - 1;
    }
    if (have > 0) text += digits[(bits << (6 - have)) & 0x3f];
    return text + '-';
}

}  // namespace

bool Folder::has(std::string_view attribute) const {
    return std::ranges::contains(attributes, attribute);
}

std::vector<Folder> folders_in(std::string_view answer) {
    std::vector<Folder> folders;
    for (const auto line : base::split(answer, '\n')) {
        if (folders.size() == most_folders) break;
        auto folder = folder_in(base::trim(line));
        if (folder && !std::ranges::contains(folders, folder->name, &Folder::name))
            folders.push_back(std::move(*folder));
    }
    return folders;
}

std::optional<std::uint64_t> messages_in(std::string_view answer) {
    constexpr std::string_view key = "(MESSAGES ";
    const auto found = answer.rfind(key);
    if (found == std::string_view::npos) return {};
    const auto rest = answer.substr(found + key.size());
    return base::parse_number(rest.substr(0, rest.find(')')));
}

std::optional<std::string> from_utf7(std::string_view name) {
    std::string text;
    for (std::size_t at = 0; at < name.size(); ++at) {
        if (static_cast<unsigned char>(name[at]) >= 0x80) return std::string(name);  // a server that speaks UTF-8
        if (name[at] != '&') {
            text += name[at];
            continue;
        }
        const auto end = name.find('-', at);
        if (end == std::string_view::npos) return {};
        if (end == at + 1)
            text += '&';
        else if (!append_shifted(text, name.substr(at + 1, end - at - 1)))
            return {};
        at = end;
    }
    return text;
}

std::optional<std::string> to_utf7(std::string_view name) {
    std::string text;
    std::vector<std::uint16_t> units;
    const auto flush = [&] {
        if (!units.empty()) text += shifted(units);
        units.clear();
    };
    while (!name.empty()) {
        const auto point = take_point(name);
        if (!point) return {};
        if (*point >= ' ' && *point < 0x7f) {
            flush();
            text += static_cast<char>(*point);
            if (*point == '&') text += '-';
        } else if (*point < 0x10000) {
            units.push_back(static_cast<std::uint16_t>(*point));
        } else {
            units.push_back(static_cast<std::uint16_t>(0xd800 + ((*point - 0x10000) >> 10)));
            units.push_back(static_cast<std::uint16_t>(0xdc00 + ((*point - 0x10000) & 0x3ff)));
        }
    }
    flush();
    return text;
}

std::string quoted(std::string_view text) {
    return '"' + base::replace_all(base::replace_all(std::string(text), "\\", "\\\\"), "\"", "\\\"") + '"';
}

}  // namespace imapsync
