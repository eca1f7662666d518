#include "base/text.h"

#include <algorithm>
#include <charconv>
#include <format>

namespace base {
namespace {

constexpr std::string_view blanks = " \t\r\n";

/// The length of the valid, printable UTF-8 sequence at the start of `text`; 0 when there is none.
std::size_t utf8_length(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const auto continues = [&](std::size_t from, std::size_t count) {
        if (text.size() < from + count) return false;
        for (std::size_t i = from; i < from + count; ++i)
            if ((byte(i) & 0xC0) != 0x80) return false;
        return true;
    };
    if (byte(0) >= 0x20 && byte(0) < 0x7F) return 1;
    if (byte(0) >= 0xC2 && byte(0) <= 0xDF && continues(1, 1)) return byte(0) == 0xC2 && byte(1) < 0xA0 ? 0 : 2;
    if ((byte(0) & 0xF0) == 0xE0 && continues(1, 2)) {
        const bool overlong = byte(0) == 0xE0 && byte(1) < 0xA0;
        const bool surrogate = byte(0) == 0xED && byte(1) >= 0xA0;
        // U+2028/9 and the bidirectional controls U+202A-E would let a sender reorder what a person reads.
        const bool control = byte(0) == 0xE2 && byte(1) == 0x80 && byte(2) >= 0xA8 && byte(2) <= 0xAE;
        return overlong || surrogate || control ? 0 : 3;
    }
    if (byte(0) >= 0xF0 && byte(0) <= 0xF4 && continues(1, 3)) {
        const bool overlong = byte(0) == 0xF0 && byte(1) < 0x90;
        const bool beyond = byte(0) == 0xF4 && byte(1) >= 0x90;
        return overlong || beyond ? 0 : 4;
    }
    return 0;
}

}  // namespace

std::string_view trim(std::string_view text) {
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return result;
}

std::string upper(std::string_view text) {
    std::string result(text);
    for (char& c : result)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return result;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> pieces;
    for (std::size_t start = 0;;) {
        const auto end = text.find(separator, start);
        pieces.push_back(text.substr(start, end == std::string_view::npos ? end : end - start));
        if (end == std::string_view::npos) return pieces;
        start = end + 1;
    }
}

std::vector<std::string_view> words(std::string_view text) {
    std::vector<std::string_view> pieces;
    for (std::size_t end = 0;;) {
        const auto start = text.find_first_not_of(blanks, end);
        if (start == std::string_view::npos) return pieces;
        end = std::min(text.find_first_of(blanks, start), text.size());
        pieces.push_back(text.substr(start, end - start));
    }
}

std::string join(const std::vector<std::string>& pieces, std::string_view separator) {
    std::string result;
    for (const auto& piece : pieces) {
        if (&piece != &pieces.front()) result += separator;
        result += piece;
    }
    return result;
}

std::string replace_all(std::string text, std::string_view from, std::string_view to) {
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
        text.replace(at, from.size(), to);
    return text;
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::optional<std::chrono::seconds> parse_duration(std::string_view text, std::string_view units) {
    constexpr std::chrono::seconds longest = std::chrono::days(3653);
    constexpr std::pair<char, std::chrono::seconds> lengths[] = {{'s', std::chrono::seconds(1)},
                                                                 {'m', std::chrono::minutes(1)},
                                                                 {'h', std::chrono::hours(1)},
                                                                 {'d', std::chrono::days(1)},
                                                                 {'w', std::chrono::weeks(1)}};
    if (text.empty() || !units.contains(text.back())) return std::nullopt;
    const auto number = parse_number(text.substr(0, text.size() - 1));
    for (const auto& [letter, length] : lengths)
        if (number && text.back() == letter && *number > 0 && *number <= static_cast<std::uint64_t>(longest / length))
            return length * static_cast<std::int64_t>(*number);
    return std::nullopt;
}

std::string printable(std::string_view text, std::size_t limit) {
    std::string result;
    while (!text.empty()) {
        const std::size_t length = utf8_length(text);
        const std::string piece = length ? std::string(text.substr(0, length))
                                         : std::format("\\x{:02x}", static_cast<unsigned char>(text[0]));
        if (result.size() + piece.size() > limit) return result + "…";
        result += piece;
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return result;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0u : 1u)});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], before[j - 2] + 1);
        }
        std::swap(before, last);
        std::swap(last, row);
    }
    return last[b.size()];
}

std::string human_size(std::uint64_t bytes) {
    constexpr const char* units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    double size = static_cast<double>(bytes);
    std::size_t unit = 0;
    for (; size >= 1024 && unit + 1 < std::size(units); ++unit) size /= 1024;
    return unit == 0 || size >= 10 ? std::format("{:.0f} {}", size, units[unit])
                                   : std::format("{:.1f} {}", size, units[unit]);
}

}  // namespace base
