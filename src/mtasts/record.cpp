#include "mtasts/record.h"

#include <algorithm>
#include <string_view>

#include "base/text.h"

namespace mtasts {
namespace {

bool alphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_id(std::string_view text) {
    return !text.empty() && text.size() <= 32 && std::ranges::all_of(text, alphanumeric);
}

bool is_field_name(std::string_view text) {
    return !text.empty() && text.size() <= 32 && alphanumeric(text.front()) &&
           std::ranges::all_of(text, [](char c) { return alphanumeric(c) || c == '_' || c == '-' || c == '.'; });
}

bool is_field_value(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f' && c != '='; });
}

/// The fields behind the version.
std::optional<std::string> id_among(const std::vector<std::string_view>& fields) {
    std::optional<std::string> id;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const auto field = base::trim(fields[i]);
        if (field.empty() && i + 1 == fields.size()) break;  // a final delimiter is allowed
        const auto equals = field.find('=');
        if (equals == std::string_view::npos) return std::nullopt;
        const auto name = field.substr(0, equals), value = field.substr(equals + 1);
        if (!is_field_name(name) || !is_field_value(value)) return std::nullopt;
        if (name != "id") continue;
        if (id || !is_id(value)) return std::nullopt;
        id = value;
    }
    return id;
}

}  // namespace

std::string record_name(const base::Domain& domain) {
    return "_mta-sts." + domain.str();
}

std::optional<std::string> record_id(const std::vector<std::string>& texts) {
    std::optional<std::vector<std::string_view>> record;
    for (const auto& text : texts) {
        auto fields = base::split(text, ';');
        // Case counts (RFC 8461 §3.1: %s"STSv1"); the version stands at the very front.
        if (fields.size() < 2 || !text.starts_with("v=STSv1") || base::trim(fields[0]) != "v=STSv1") continue;
        if (record) return std::nullopt;
        fields.erase(fields.begin());
        record = std::move(fields);
    }
    return record ? id_among(*record) : std::nullopt;
}

}  // namespace mtasts
