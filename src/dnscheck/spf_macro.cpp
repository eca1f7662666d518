#include "dnscheck/spf_macro.h"

#include <algorithm>
#include <cstdint>
#include <format>
#include <optional>
#include <vector>

#include "base/text.h"

namespace dnscheck {
namespace {

/// %{letter digits r delimiters}
struct Macro {
    char letter = 0;  ///< lower case
    bool url_escape = false;
    std::size_t keep = 0;  ///< labels from the right; 0: all
    bool reverse = false;
    std::string delimiters;
};

/// A piece of a macro-string: plain text, or one `%…` expression with its plain text or macro.
struct Piece {
    bool expression = false;
    std::string text = {};
    std::optional<Macro> macro = {};
};

bool digit(char c) {
    return c >= '0' && c <= '9';
}
bool letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// The inside of the braces (§7.1: macro-letter transformers *delimiter).
base::Result<Macro> parse_macro(std::string_view inside) {
    const auto bad = [inside](std::string_view why) {
        return base::fail(std::format("the macro '%{{{}}}' {}", base::printable(inside, 60), why));
    };
    if (inside.empty()) return bad("has no letter");
    Macro macro{.letter = base::lower(inside.substr(0, 1))[0], .url_escape = inside[0] < 'a', .delimiters = ""};
    if (std::string_view("crt").contains(macro.letter)) return bad("is for explanations only");
    if (!std::string_view("slodiphv").contains(macro.letter)) return bad("has an unknown letter");
    inside.remove_prefix(1);
    const auto digits = static_cast<std::size_t>(std::ranges::find_if_not(inside, digit) - inside.begin());
    if (digits > 0) {
        // §7.1: a number of labels, never zero. More than a name can have is the same as all.
        const auto number = base::parse_number(inside.substr(0, digits));
        if (number == 0u) return bad("keeps zero labels");
        macro.keep = static_cast<std::size_t>(std::min<std::uint64_t>(number.value_or(128), 128));
        inside.remove_prefix(digits);
    }
    if (!inside.empty() && (inside[0] == 'r' || inside[0] == 'R')) {
        macro.reverse = true;
        inside.remove_prefix(1);
    }
    if (inside.find_first_not_of(".-+,/_=") != std::string_view::npos) return bad("has a bad delimiter");
    macro.delimiters = inside.empty() ? "." : std::string(inside);
    return macro;
}

/// The expression behind a `%`; `at` moves behind it.
base::Result<Piece> parse_expression(std::string_view text, std::size_t& at) {
    const auto next = at + 1 < text.size() ? text[at + 1] : '\0';
    const auto plain = [&at](std::string_view meaning) {
        at += 2;
        return Piece{.expression = true, .text = std::string(meaning)};
    };
    if (next == '%') return plain("%");
    if (next == '_') return plain(" ");
    if (next == '-') return plain("%20");
    const auto end = text.find('}', at);
    if (next != '{' || end == std::string_view::npos) return base::fail("there is a lone '%'");
    auto macro = parse_macro(text.substr(at + 2, end - at - 2));
    if (!macro) return std::unexpected(macro.error());
    at = end + 1;
    return Piece{.expression = true, .macro = std::move(*macro)};
}

base::Result<std::vector<Piece>> parse_pieces(std::string_view text) {
    std::vector<Piece> pieces;
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] == '%') {
            auto piece = parse_expression(text, at);
            if (!piece) return std::unexpected(piece.error());
            pieces.push_back(std::move(*piece));
            continue;
        }
        if (text[at] < 0x21 || text[at] > 0x7e) return base::fail("there is a character outside printable ASCII");
        if (pieces.empty() || pieces.back().expression) pieces.push_back({});
        pieces.back().text += text[at++];
    }
    return pieces;
}

/// §7.1: toplabel, a label that is not all digits.
bool is_top_label(std::string_view label) {
    if (label.empty() || label.front() == '-' || label.back() == '-') return false;
    const bool characters = std::ranges::all_of(label, [](char c) { return letter(c) || digit(c) || c == '-'; });
    return characters && !std::ranges::all_of(label, digit);
}

std::string dotted_nibbles(const base::IpAddress& ip) {
    std::string text;
    for (const auto octet : ip.octets())
        text += std::format("{}{:x}.{:x}", text.empty() ? "" : ".", octet >> 4, octet & 0xF);
    return text;
}

std::string letter_value(char name, const MacroValues& values) {
    switch (name) {
        case 's':
            return values.sender_local + "@" + values.sender_domain;
        case 'l':
            return values.sender_local;
        case 'o':
            return values.sender_domain;
        case 'd':
            return values.domain;
        case 'i':
            return values.ip.is_v4() ? values.ip.str() : dotted_nibbles(values.ip);
        case 'p':
            return values.validated_name();
        case 'v':
            return values.ip.is_v4() ? "in-addr" : "ip6";
        default:
            return values.helo;
    }
}

std::string expand(const Macro& macro, const MacroValues& values) {
    const std::string value = letter_value(macro.letter, values);
    std::vector<std::string> parts(1);
    for (const char c : value) {
        if (macro.delimiters.contains(c))
            parts.emplace_back();
        else
            parts.back() += c;
    }
    if (macro.reverse) std::ranges::reverse(parts);
    if (macro.keep > 0 && macro.keep < parts.size())
        parts.erase(parts.begin(), parts.end() - static_cast<std::ptrdiff_t>(macro.keep));
    const std::string text = base::join(parts, ".");
    if (!macro.url_escape) return text;
    std::string escaped;  // RFC 3986 §2.3: the unreserved characters stay
    for (const char c : text) {
        if (letter(c) || digit(c) || std::string_view("-._~").contains(c))
            escaped += c;
        else
            escaped += std::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return escaped;
}

}  // namespace

base::Result<> check_macro_string(std::string_view text) {
    const auto pieces = parse_pieces(text);
    if (!pieces) return std::unexpected(pieces.error());
    return {};
}

base::Result<> check_domain_spec(std::string_view text) {
    const auto pieces = parse_pieces(text);
    if (!pieces) return std::unexpected(pieces.error());
    if (pieces->empty()) return base::fail("the domain is missing");
    if (pieces->back().expression) return {};
    std::string_view end = pieces->back().text;
    if (end.ends_with('.')) end.remove_suffix(1);
    const auto dot = end.rfind('.');
    if (dot == std::string_view::npos || !is_top_label(end.substr(dot + 1)))
        return base::fail(std::format("'{}' is not a complete domain name", base::printable(text, 100)));
    return {};
}

std::string expand_macros(std::string_view text, const MacroValues& values) {
    std::string result;
    const auto pieces = parse_pieces(text);
    if (!pieces) return result;
    for (const auto& piece : *pieces) result += piece.macro ? expand(*piece.macro, values) : piece.text;
    return result;
}

}  // namespace dnscheck
