#include "directory/filter.h"

#include <algorithm>
#include <format>

#include "base/text.h"

namespace directory {
namespace {

std::string equals(std::string_view attribute, std::string_view value) {
    return std::format("({}={})", attribute, value);
}

std::string with_placeholders(std::string_view user_filter, std::string_view name, std::string_view local_part) {
    return base::replace_all(base::replace_all(std::string(user_filter), "%u", name), "%n", local_part);
}

/// All users, as a part of a filter: whoever could log in by any name.
std::string people(const Options& options) {
    auto filter = with_placeholders(options.user_filter, "*", "*");
    return options.group.empty() ? filter : filter + equals("memberOf", escaped(options.group));
}

}  // namespace

base::Result<std::string> check_user_filter(std::string_view text) {
    if (!std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; }))
        return base::fail("it is not one line of ASCII; write other octets as \\xx");
    int depth = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '(') ++depth;
        if (text[at] == ')') --depth;
        if (depth < 0 || (depth == 0 && at + 1 < text.size()))
            return base::fail("it must be one filter in parentheses that match");
    }
    if (depth != 0 || text.size() < 5) return base::fail("it must be one filter in parentheses that match");
    for (auto at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 2)) {
        const auto letter = text.substr(at + 1, 1);
        if (letter != "u" && letter != "n")
            return base::fail("%u is the login name and %n the part of it before the @; there is no other placeholder");
    }
    if (!text.contains('%')) return base::fail("it needs %u, in whose place the login name comes");
    return std::string(text);
}

Filter by_login(const Options& options) {
    auto filter = with_placeholders(options.user_filter, {&Filter::name, 1}, {&Filter::local_part, 1});
    if (options.group.empty()) return {filter};
    return {std::format("(&{}{})", filter, equals("memberOf", escaped(options.group)))};
}

Filter by_mailbox(const Options& options) {
    return {std::format("(&{}{})", people(options), equals(options.mail, {&Filter::name, 1}))};
}

Filter by_address(const Options& options) {
    const std::string_view name(&Filter::name, 1);
    if (options.alias.empty()) return by_mailbox(options);
    return {std::format("(&{}(|{}{}{}))", people(options), equals(options.mail, name), equals(options.alias, name),
                        equals(options.alias, "smtp:" + std::string(name)))};
}

Filter everybody(const Options& options) {
    return {std::format("(&{}{})", people(options), equals(options.mail, "*"))};
}

std::string escaped(std::string_view value) {
    std::string safe;
    for (const char c : value)
        if (const auto octet = static_cast<unsigned char>(c);
            octet < ' ' || octet > '~' || std::string_view("()*\\").contains(c))
            safe += std::format("\\{:02x}", octet);
        else
            safe += c;
    return safe;
}

std::string filled(const Filter& filter, std::string_view name) {
    std::string text;
    for (const char c : filter.text)
        if (c == Filter::name)
            text += escaped(name);
        else if (c == Filter::local_part)
            text += escaped(name.substr(0, name.find('@')));
        else
            text += c;
    return text;
}

}  // namespace directory
