#include "web/form.h"

#include <algorithm>
#include <optional>

#include "base/text.h"

namespace web {
namespace {

constexpr std::size_t most_fields = 32;

std::optional<unsigned> hex_digit(char c) {
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
    return std::nullopt;
}

std::optional<std::string> decode(std::string_view text) {
    std::string octets;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            octets += text[i] == '+' ? ' ' : text[i];
            continue;
        }
        if (text.size() - i < 3) return std::nullopt;
        const auto high = hex_digit(text[i + 1]), low = hex_digit(text[i + 2]);
        if (!high || !low) return std::nullopt;
        octets += static_cast<char>(*high * 16 + *low);
        i += 2;
    }
    return octets;
}

/// printable() changes exactly what is no good: control characters, and octets that are no UTF-8.
bool is_one_clean_line(const std::string& text) {
    return base::printable(text, text.size()) == text;
}

bool is_form(std::string_view content_type) {
    return base::lower(base::trim(content_type.substr(0, content_type.find(';')))) ==
           "application/x-www-form-urlencoded";
}

std::unexpected<base::Error> refuse(std::string why) {
    return base::fail("cannot read the form: " + why, {}, base::ErrorKind::usage);
}

}  // namespace

std::string Form::get(std::string_view name) const {
    const auto found = fields_.find(name);
    return found == fields_.end() ? std::string() : found->second;
}

base::Result<Form> parse_form(const net::HttpRequest& request) {
    if (!is_form(request.header("content-type"))) return refuse("it is of another type");
    return parse_fields(request.body);
}

base::Result<Form> parse_fields(std::string_view encoded) {
    std::map<std::string, std::string, std::less<>> fields;
    for (const auto piece : base::split(encoded, '&')) {
        if (piece.empty()) continue;
        const auto equals = std::min(piece.find('='), piece.size());
        auto name = decode(piece.substr(0, equals));
        auto value = decode(equals == piece.size() ? std::string_view() : piece.substr(equals + 1));
        if (!name || !value) return refuse("it is badly encoded");
        if (!is_one_clean_line(*name) || !is_one_clean_line(*value))
            return refuse("there is a control character in it");
        if (fields.size() == most_fields) return refuse("it has too many fields");
        if (!fields.emplace(std::move(*name), std::move(*value)).second) return refuse("a field comes twice");
    }
    return Form(std::move(fields));
}

}  // namespace web
