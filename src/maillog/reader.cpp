#include "maillog/reader.h"

#include <algorithm>

namespace maillog {
namespace {

bool is_alphanumeric(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/// Behind a text that begins with `open`: the place after its `close`; a backslash takes the meaning from what follows.
std::size_t end_of_quoted(std::string_view text, char close) {
    for (std::size_t at = 1; at < text.size(); ++at) {
        if (text[at] == '\\')
            ++at;
        else if (text[at] == close)
            return at + 1;
    }
    return std::string_view::npos;
}

/// How many characters of an address stand as they are.
std::size_t bare_length(std::string_view text) {
    return std::min(text.find_first_of(" <>\"\\[]"), text.size());
}

}  // namespace

std::string_view Reader::word(std::string_view others) {
    const auto end = std::ranges::find_if_not(
        rest_, [&](char c) { return is_alphanumeric(c) || others.find(c) != std::string_view::npos; });
    const auto found = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(found.size());
    return found;
}

std::optional<std::string_view> Reader::address() {
    if (!rest_.starts_with('<')) return std::nullopt;
    auto text = rest_.substr(1);
    const auto step = [&](std::size_t length) {
        if (length > text.size()) return false;
        text.remove_prefix(length);
        return true;
    };
    if (text.starts_with('"') && !step(end_of_quoted(text, '"'))) return std::nullopt;
    step(bare_length(text));
    if (text.starts_with('[') && !step(end_of_quoted(text, ']'))) return std::nullopt;
    if (!text.starts_with('>')) return std::nullopt;
    const auto inside = rest_.substr(1, rest_.size() - text.size() - 1);
    rest_ = text.substr(1);
    return inside;
}

std::optional<Client> Reader::client() {
    const auto name = until("[");
    const auto address = name ? until("]") : std::nullopt;
    if (!address || name->find_first_of(" <>") != std::string_view::npos) return std::nullopt;
    if (rest_.size() > 1 && rest_[0] == ':' && is_alphanumeric(rest_[1])) {
        skip(":");
        word();
    }
    return Client{.name = std::string(*name), .address = std::string(*address)};
}

}  // namespace maillog
