#include "policy/mail_addresses.h"

#include <vector>

#include "base/text.h"

namespace policy {
namespace {

constexpr std::string_view specials = "<>,;:@";

/// A piece of an address list (RFC 5322 §3.2): one of `specials`, or a word. Comments are left out.
struct Token {
    char special = 0;  ///< 0: a word
    std::string text;
    std::size_t begin = 0, end = 0;  ///< in the header's value
};

struct Tokens {
    std::vector<Token> tokens;
    bool whole = true;  ///< everything that was opened is closed
};

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\0';
}

/// Behind the comment that begins at `at`; comments nest.
std::size_t skip_comment(std::string_view value, std::size_t at, bool& whole) {
    for (std::size_t depth = 0; at < value.size(); ++at) {
        if (value[at] == '\\')
            ++at;
        else if (value[at] == '(')
            ++depth;
        else if (value[at] == ')' && --depth == 0)
            return at + 1;
    }
    whole = false;
    return value.size();
}

/// What stands between `value[at]` and `close`, backslashes resolved.
Token enclosed(std::string_view value, std::size_t at, char close, bool& whole) {
    Token token{.begin = at};
    for (++at; at < value.size() && value[at] != close; ++at) {
        if (value[at] == '\\' && at + 1 < value.size()) ++at;
        token.text += value[at];
    }
    if (at >= value.size()) whole = false;
    token.end = std::min(at + 1, value.size());
    return token;
}

Tokens tokenize(std::string_view value) {
    Tokens result;
    for (std::size_t at = 0; at < value.size();) {
        const char c = value[at];
        if (is_space(c)) {
            ++at;
        } else if (c == '(') {
            at = skip_comment(value, at, result.whole);
        } else if (c == '"' || c == '[') {
            result.tokens.push_back(enclosed(value, at, c == '"' ? '"' : ']', result.whole));
            at = result.tokens.back().end;
        } else if (specials.contains(c)) {
            result.tokens.push_back({.special = c, .text = std::string(1, c), .begin = at, .end = at + 1});
            ++at;
        } else {
            auto end = at;
            while (end < value.size() && !is_space(value[end]) && !specials.contains(value[end]) &&
                   !std::string_view("(\"[").contains(value[end]))
                ++end;
            const auto word = value.substr(at, end - at);
            if (word.find_first_of("\\)]") != std::string_view::npos) result.whole = false;
            result.tokens.push_back({.text = std::string(word), .begin = at, .end = end});
            at = end;
        }
    }
    return result;
}

void add(MailAddresses& found, std::string local, std::string domain) {
    while (domain.ends_with('.')) domain.pop_back();
    if (!local.empty() && !domain.empty()) found.addresses.insert(base::lower(local + "@" + domain));
}

/// True when two neighbouring words are one dotted name: "john . doe" (obs-local-part, obs-domain).
bool joined(const Token& left, const Token& right) {
    return left.special == 0 && right.special == 0 &&
           (left.end == right.begin || left.text.ends_with('.') || right.text.starts_with('.'));
}

/// The address around the '@' at `at` of tokens[first, last).
void add_around(MailAddresses& found, const std::vector<Token>& tokens, std::size_t first, std::size_t last,
                std::size_t at) {
    std::string local, domain;
    for (auto i = at; i > first && tokens[i - 1].special == 0 && (i == at || joined(tokens[i - 1], tokens[i])); --i)
        local.insert(0, tokens[i - 1].text);
    for (auto i = at + 1; i < last && tokens[i].special == 0 && (i == at + 1 || joined(tokens[i - 1], tokens[i])); ++i)
        domain += tokens[i].text;
    add(found, std::move(local), std::move(domain));
}

/// Everything in `text` that looks like an address, wherever it stands.
void add_all(MailAddresses& found, std::string_view text) {
    const auto part = [](char c) {
        return static_cast<unsigned char>(c) >= 0x80 ||
               (c > ' ' && !std::string_view("()<>[]:;@\\,\"").contains(c) && c != 0x7F);
    };
    for (auto at = text.find('@'); at != std::string_view::npos; at = text.find('@', at + 1)) {
        auto left = at, right = at + 1;
        while (left > 0 && (is_space(text[left - 1]) || text[left - 1] == '"')) --left;
        while (right < text.size() && is_space(text[right])) ++right;
        auto begin = left, end = right;
        while (begin > 0 && part(text[begin - 1])) --begin;
        while (end < text.size() && part(text[end])) ++end;
        add(found, std::string(text.substr(begin, left - begin)), std::string(text.substr(right, end - right)));
    }
}

/// One member of the list, tokens[first, last), which stand for `source`; or the name of a group.
void read_member(MailAddresses& found, const std::vector<Token>& tokens, std::size_t first, std::size_t last,
                 std::string_view source, bool is_group_name) {
    bool has_address = false, has_angle = false;
    for (auto i = first; i < last; ++i) has_angle |= tokens[i].special == '<';
    bool is_name = has_angle || is_group_name;
    for (auto i = first; i < last; ++i) {
        if (tokens[i].special == '<') is_name = false;
        if (tokens[i].special == '@') {
            has_address = true;
            add_around(found, tokens, first, last, i);
        }
        if (!is_name && tokens[i].text.contains("=?")) found.encoded = true;
    }
    if (has_address) return;
    add_all(found, source);
    if (!is_group_name && source.contains("=?")) found.encoded = true;
}

}  // namespace

MailAddresses addresses_in(std::string_view value) {
    MailAddresses found;
    const auto [tokens, whole] = tokenize(value);
    if (!whole) {
        add_all(found, value);
        found.encoded = value.contains("=?");
    }
    bool in_angle = false;
    std::size_t first = 0, begin = 0;
    const auto end_member = [&](std::size_t last, std::size_t end, bool is_group_name) {
        read_member(found, tokens, first, last, value.substr(begin, end - begin), is_group_name);
        first = last + 1;
        in_angle = false;
    };
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const char special = tokens[i].special;
        if (special == '<') in_angle = true;
        if (special == '>') in_angle = false;
        // Inside of angle brackets ',' and ':' belong to a route (obs-route).
        if (special == ';' || (!in_angle && (special == ',' || special == ':'))) {
            end_member(i, tokens[i].begin, special == ':');
            begin = tokens[i].end;
        }
    }
    end_member(tokens.size(), value.size(), false);
    return found;
}

}  // namespace policy
