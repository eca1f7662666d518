#include "moving/folder_names.h"

#include <algorithm>
#include <cstdint>
#include <format>
#include <utility>

#include "base/text.h"

namespace moving {
namespace {

constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

void put_utf8(std::string& text, std::uint32_t point) {
    const auto put = [&](std::uint32_t octet) { text += static_cast<char>(octet); };
    if (point < 0x80) return put(point);
    if (point < 0x800) {
        put(0xC0 | (point >> 6));
    } else {
        if (point < 0x10000) {
            put(0xE0 | (point >> 12));
        } else {
            put(0xF0 | (point >> 18));
            put(0x80 | ((point >> 12) & 0x3F));
        }
        put(0x80 | ((point >> 6) & 0x3F));
    }
    put(0x80 | (point & 0x3F));
}

/// The next character of valid UTF-8, taken off the text; nothing when it is not valid.
std::optional<std::uint32_t> take_utf8(std::string_view& text) {
    const auto first = static_cast<unsigned char>(text.front());
    const std::size_t length = first < 0x80                    ? 1
                               : first >= 0xC2 && first < 0xE0 ? 2
                               : first >= 0xE0 && first < 0xF0 ? 3
                               : first >= 0xF0 && first < 0xF5 ? 4
                                                               : 0;
    if (length == 0 || text.size() < length) return {};
    std::uint32_t point = length == 1 ? first : first & (0x7FU >> length);
    for (std::size_t at = 1; at < length; ++at) {
        const auto octet = static_cast<unsigned char>(text[at]);
        if ((octet & 0xC0) != 0x80) return {};
        point = (point << 6) | (octet & 0x3F);
    }
    constexpr std::uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (point < least[length] || (point >= 0xD800 && point < 0xE000) || point > 0x10FFFF) return {};
    text.remove_prefix(length);
    return point;
}

/// A run of characters that are not ASCII: "&" UTF-16 in base64 "-".
std::string shifted(std::u16string_view units) {
    std::string text = "&";
    std::uint32_t bits = 0;
    int count = 0;
    for (const auto unit : units) {
        bits = (bits << 16) | unit;
        for (count += 16; count >= 6; count -= 6) text += digits[(bits >> (count - 6)) & 0x3F];
        bits &= (1U << count) - 1;
    }
    if (count > 0) text += digits[(bits << (6 - count)) & 0x3F];
    return text + "-";
}

std::optional<std::string> unshifted(std::string_view base64) {
    std::u16string units;
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : base64) {
        const auto value = digits.find(c);
        if (value == std::string_view::npos) return {};
        bits = (bits << 6) | static_cast<std::uint32_t>(value);
        count += 6;
        if (count < 16) continue;
        count -= 16;
        units += static_cast<char16_t>((bits >> count) & 0xFFFF);
        bits &= (1U << count) - 1;
    }
    if (count >= 6 || bits != 0) return {};
    std::string text;
    for (std::size_t at = 0; at < units.size(); ++at) {
        std::uint32_t point = units[at];
        if (point >= 0xDC00 && point < 0xE000) return {};
        if (point >= 0xD800 && point < 0xDC00) {
            if (at + 1 == units.size() || units[at + 1] < 0xDC00 || units[at + 1] >= 0xE000) return {};
            point = 0x10000 + ((point - 0xD800) << 10) + (units[++at] - 0xDC00U);
        }
        put_utf8(text, point);
    }
    return text;
}

/// A part of a folder's name that cannot be one: nothing, what would lead elsewhere, or control characters.
bool is_bad_part(std::string_view part) {
    return part.empty() || part == "." || part == ".." || part.starts_with('~') || part.contains('/') ||
           std::ranges::any_of(part, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; });
}

std::unexpected<base::Error> bad_folder(std::string_view text, std::string_view why) {
    return base::fail(std::format("cannot use '{}' as a folder: {}", base::printable(text, 100), why), {},
                      base::ErrorKind::usage);
}

}  // namespace

std::optional<std::string> to_utf7(std::string_view utf8) {
    std::string text;
    std::u16string run;
    const auto end_run = [&] {
        if (!run.empty()) text += shifted(run);
        run.clear();
    };
    while (!utf8.empty()) {
        const auto point = take_utf8(utf8);
        if (!point) return {};
        if (*point >= 0x20 && *point < 0x7F) {
            end_run();
            text += static_cast<char>(*point);
            if (*point == '&') text += '-';
        } else if (*point < 0x10000) {
            run += static_cast<char16_t>(*point);
        } else {
            run += static_cast<char16_t>(0xD800 + ((*point - 0x10000) >> 10));
            run += static_cast<char16_t>(0xDC00 + ((*point - 0x10000) & 0x3FF));
        }
    }
    end_run();
    return text;
}

std::optional<std::string> from_utf7(std::string_view utf7) {
    std::string text;
    for (std::size_t at = 0; at < utf7.size(); ++at) {
        if (static_cast<unsigned char>(utf7[at]) >= 0x80) return {};
        if (utf7[at] != '&') {
            text += utf7[at];
            continue;
        }
        const auto end = utf7.find('-', at);
        if (end == std::string_view::npos) return {};
        if (end == at + 1) {
            text += '&';
        } else {
            const auto run = unshifted(utf7.substr(at + 1, end - at - 1));
            if (!run) return {};
            text += *run;
        }
        at = end;
    }
    return text;
}

std::optional<FolderName> from_maildir_name(std::string_view name) {
    if (!name.starts_with('.') || name.size() < 2) return {};
    FolderName folder;
    for (const auto part : base::split(name.substr(1), '.')) {
        // Names that are not ASCII were written by a server with UTF-8 on disk.
        auto text = from_utf7(part);
        std::string_view rest = part;
        while (!text && !rest.empty())
            if (!take_utf8(rest)) return {};
        folder.push_back(text ? *text : std::string(part));
        if (is_bad_part(folder.back())) return {};
    }
    return folder;
}

base::Result<std::string> path_of(const FolderName& folder, const FolderStyle& style) {
    std::string path;
    for (const auto& part : folder) {
        const auto text = style.utf8 ? std::optional(part) : to_utf7(part);
        if (!text || is_bad_part(part) || is_bad_part(*text)) return bad_folder(shown(folder), "there is no such name");
        // The separator of a tree of folders is not the disk's; in a name it would be one for mail programs.
        if (text->contains(style.tree ? style.separator : '.'))
            return bad_folder(shown(folder), "there is the separator of folders in a name");
        if (style.tree && (*text == "cur" || *text == "new" || *text == "tmp" || *text == "INBOX"))
            return bad_folder(shown(folder), "this name is taken");
        path += (style.tree ? (path.empty() ? "" : "/") : ".") + *text;
    }
    if (path.size() > 240) return bad_folder(shown(folder), "the name is too long");
    return path;
}

base::Result<FolderName> parse_folder(std::string_view text, const FolderStyle& style) {
    if (text.empty() || base::upper(text) == "INBOX") return FolderName{};
    FolderName folder;
    std::string part;
    const auto end_part = [&] { return folder.push_back(std::exchange(part, {})); };
    for (const char c : text) {
        if (c == '/' || c == style.separator)
            end_part();
        else
            part += c;
    }
    end_part();
    if (base::upper(folder.front()) == "INBOX") return bad_folder(text, "folders are beside INBOX, not in it");
    if (const auto path = path_of(folder, style); !path) return std::unexpected(path.error());
    return folder;
}

std::string shown(const FolderName& folder) {
    return folder.empty() ? "INBOX" : base::printable(base::join({folder.begin(), folder.end()}, "/"), 200);
}

std::vector<FolderName> parse_subscriptions(std::string_view text) {
    std::vector<FolderName> all;
    const bool second = text.starts_with("V\t2\n");
    if (second) text.remove_prefix(4);
    for (const auto line : base::split(text, '\n')) {
        if (line.empty()) continue;
        FolderName folder;
        bool good = true;
        for (const auto part : base::split(line, second ? '\t' : '.')) {
            const auto name = from_utf7(part);
            good = good && name && !is_bad_part(*name);
            if (good) folder.push_back(*name);
        }
        if (good) all.push_back(std::move(folder));
    }
    return all;
}

std::string subscriptions_text(const std::vector<FolderName>& folders) {
    std::string text = "V\t2\n\n";
    for (const auto& folder : folders) {
        for (std::size_t at = 0; at < folder.size(); ++at)
            text += (at == 0 ? "" : "\t") + to_utf7(folder[at]).value_or("");
        text += '\n';
    }
    return text;
}

}  // namespace moving
