#include "app/support/redact.h"

#include <algorithm>
#include <array>
#include <format>

#include "base/text.h"

namespace app {
namespace {

constexpr std::string_view removed = "[removed]";
constexpr std::string_view key_begins = "-----BEGIN ", key_ends = "-----END ";

/// What a local part may have without quoting (RFC 5321 §4.1.2).
bool is_local(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view(".!#$%&'*+-/=?^_`{|}~").contains(c);
}

/// Of nobody in particular, and words of every log.
constexpr std::array<std::string_view, 12> roles{"postmaster", "abuse",   "admin",      "root",
                                                 "mail",       "info",    "mailserver", "hostmaster",
                                                 "webmaster",  "contact", "user",       "mailserver-probe"};

bool is_word(char c) {
    return is_local(c) && !std::string_view("=/'`").contains(c);
}

/// A secret as configuration files and JSON may show it.
std::vector<std::string> spellings(const std::string& secret) {
    std::string escaped;
    for (const char c : secret) {
        if (c == '"' || c == '\\') escaped += '\\';
        escaped += c;
    }
    return escaped == secret ? std::vector{secret} : std::vector{escaped, secret};
}

std::string without_keys(std::string text) {
    for (std::size_t at = 0; (at = text.find(key_begins, at)) != std::string::npos;) {
        const auto line = std::string_view(text).substr(at, text.find('\n', at) - at);
        if (!line.contains("PRIVATE KEY")) {
            at += key_begins.size();
            continue;
        }
        const auto end = text.find(key_ends, at);
        // One that is cut off goes as far as the text.
        const auto after = end == std::string::npos ? text.size() : std::min(text.find('\n', end), text.size());
        text.replace(at, after - at, removed);
        at += removed.size();
    }
    return text;
}

}  // namespace

Redactor::Redactor(std::vector<std::string> secrets, const std::vector<std::string>& people) {
    for (const auto& address : people) {
        const auto number = numbers_.try_emplace(base::lower(address), numbers_.size() + 1).first->second;
        const auto name = base::lower(address.substr(0, address.find('@')));
        if (name.size() >= 3 && !std::ranges::contains(roles, name)) names_.try_emplace(name, number);
    }
    for (const auto& secret : secrets)
        if (secret.size() >= 4)
            for (auto& spelling : spellings(secret)) secrets_.push_back(std::move(spelling));
    std::ranges::stable_sort(secrets_, std::greater(), &std::string::size);
}

std::string Redactor::clean(std::string_view text) {
    return without_names(without_addresses(without_secrets(without_keys(std::string(text)))));
}

std::string Redactor::without_secrets(std::string text) const {
    for (const auto& secret : secrets_) text = base::replace_all(std::move(text), secret, removed);
    return text;
}

std::string Redactor::without_addresses(std::string_view text) {
    std::string clean;
    std::size_t taken = 0;
    for (auto at = text.find('@'); at != std::string_view::npos; at = text.find('@', at + 1)) {
        auto begin = at;
        while (begin > taken && is_local(text[begin - 1])) --begin;
        // "key=someone@example.org" of a log line: what stands before the sign is no part of the name.
        if (const auto sign = text.substr(begin, at - begin).rfind('='); sign != std::string_view::npos)
            begin += sign + 1;
        if (begin == at) continue;
        auto end = at + 1;
        while (end < text.size() && (is_local(text[end]) && !std::string_view("'`{|}~").contains(text[end]))) ++end;
        const auto number =
            numbers_.try_emplace(base::lower(text.substr(begin, end - begin)), numbers_.size() + 1).first->second;
        clean += std::format("{}user{}", text.substr(taken, begin - taken), number);
        taken = at;
    }
    return clean + std::string(text.substr(taken));
}

std::string Redactor::without_names(const std::string& text) const {
    if (names_.empty()) return text;
    std::string clean;
    for (std::size_t at = 0; at < text.size();) {
        if (!is_word(text[at])) {
            clean += text[at++];
            continue;
        }
        auto end = at;
        while (end < text.size() && is_word(text[end])) ++end;
        const auto word = std::string_view(text).substr(at, end - at);
        const auto known = names_.find(base::lower(word));
        clean += known == names_.end() ? std::string(word) : std::format("user{}", known->second);
        at = end;
    }
    return clean;
}

}  // namespace app
