#include "dnscheck/tags.h"

#include <algorithm>
#include <format>

#include "base/text.h"

namespace dnscheck {
namespace {

bool is_tag_name(std::string_view name) {
    const auto alpha = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    return !name.empty() && alpha(name[0]) &&
           std::ranges::all_of(name, [alpha](char c) { return alpha(c) || (c >= '0' && c <= '9') || c == '_'; });
}

}  // namespace

base::Result<Tags> Tags::parse(std::string_view text) {
    Tags result;
    auto pieces = base::split(text, ';');
    if (base::trim(pieces.back()).empty()) pieces.pop_back();  // a final ';' is allowed
    for (const auto piece : pieces) {
        const auto equals = piece.find('=');
        const auto name = base::trim(piece.substr(0, equals));
        if (equals == std::string_view::npos || !is_tag_name(name))
            return base::fail(
                std::format("'{}' is not of the form name=value", base::printable(base::trim(piece), 60)));
        if (result.find(name)) return base::fail(std::format("the tag '{}' appears twice", name));
        result.tags_.emplace_back(name, base::trim(piece.substr(equals + 1)));
    }
    return result;
}

std::optional<std::string> Tags::find(std::string_view name) const {
    const auto found = std::ranges::find(tags_, name, &std::pair<std::string, std::string>::first);
    return found == tags_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace dnscheck
