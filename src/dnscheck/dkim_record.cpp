#include "dnscheck/dkim_record.h"

#include <algorithm>
#include <format>

#include "base/text.h"
#include "dnscheck/tags.h"

namespace dnscheck {
namespace {

std::string without_blanks(std::string_view text) {
    std::string result;
    for (const auto word : base::words(text)) result += word;
    return result;
}

/// True when a colon list (h=, s=, t=) holds one of the two words.
bool lists(std::string_view list, std::string_view word, std::string_view other) {
    return std::ranges::any_of(base::split(list, ':'), [&](std::string_view piece) {
        return base::trim(piece) == word || base::trim(piece) == other;
    });
}

bool base64_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '/' ||
           c == '=';
}

DkimVerdict bad(std::string why) {
    return {.why = std::move(why)};
}

/// What p= says; both keys without blanks.
DkimVerdict compare_keys(const std::string& published, const std::string& own) {
    if (published.empty()) return bad("The key is revoked: its 'p=' is empty.");  // §3.6.1
    if (published == own) return {.good = true};
    if (own.starts_with(published))
        return bad(
            std::format("The key is cut off: {} of {} characters of 'p=' are there. Enter the value whole, "
                        "or as several strings of at most 255 characters.",
                        published.size(), own.size()));
    const auto odd = std::ranges::find_if_not(published, base64_character);
    if (odd != published.end())
        return bad(std::format("The key is damaged: there is a '{}' in its 'p='.",
                               base::printable(std::string_view(&*odd, 1))));
    return bad("It is the public half of another key than the one this server signs with.");
}

}  // namespace

DkimVerdict compare_dkim(std::string_view published, std::string_view own) {
    const auto tags = Tags::parse(published);
    if (!tags) return bad(std::format("The record is malformed: {}.", tags.error().text));
    const auto own_tags = Tags::parse(own);
    if (!own_tags) return bad("This server's own key record is malformed.");
    // §3.6.1: v= is optional, but when there it is the first tag and says DKIM1.
    if (const auto version = tags->find("v"); version && (*version != "DKIM1" || tags->first() != "v"))
        return bad("The record is malformed: it must start with 'v=DKIM1'.");
    const auto key = tags->find("p");
    if (!key) return bad("The record is malformed: it has no key ('p=').");
    const auto type = tags->find("k").value_or("rsa"), own_type = own_tags->find("k").value_or("rsa");
    if (type != own_type)
        return bad(std::format("It is for a key of type '{}', ours is '{}'.", base::printable(type, 30), own_type));
    if (!lists(tags->find("h").value_or("sha256"), "sha256", "sha256"))
        return bad("Its 'h=' does not allow SHA-256, which our signatures use.");
    if (!lists(tags->find("s").value_or("*"), "*", "email")) return bad("Its 's=' does not allow e-mail.");
    auto verdict = compare_keys(without_blanks(*key), without_blanks(own_tags->find("p").value_or("")));
    verdict.testing = verdict.good && lists(tags->find("t").value_or(""), "y", "y");
    return verdict;
}

}  // namespace dnscheck
