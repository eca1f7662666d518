#include "dnscheck/spf_record.h"

#include <algorithm>
#include <format>
#include <span>

#include "base/text.h"
#include "dnscheck/spf_macro.h"

namespace dnscheck {
namespace {

constexpr std::string_view version = "v=spf1";

std::optional<SpfMechanism> mechanism_called(std::string_view name) {
    constexpr std::pair<std::string_view, SpfMechanism> names[] = {
        {"all", SpfMechanism::all}, {"include", SpfMechanism::include}, {"a", SpfMechanism::a},
        {"mx", SpfMechanism::mx},   {"ptr", SpfMechanism::ptr},         {"ip4", SpfMechanism::ip4},
        {"ip6", SpfMechanism::ip6}, {"exists", SpfMechanism::exists}};
    const auto lower = base::lower(name);
    const auto found = std::ranges::find(names, lower, &std::pair<std::string_view, SpfMechanism>::first);
    return found == std::end(names) ? std::nullopt : std::optional(found->second);
}

/// Cuts `<slashes><digits>` off the end of `text` into `prefix`. False when it is there but no prefix length: too
/// large, or with a leading zero (§5.6).
bool take_prefix(std::string_view& text, std::string_view slashes, unsigned limit, unsigned& prefix) {
    const auto last = text.find_last_not_of("0123456789");
    const auto digits_at = last == std::string_view::npos ? 0 : last + 1;
    const auto digits = text.substr(digits_at);
    if (digits.empty() || !text.substr(0, digits_at).ends_with(slashes)) return true;
    const auto number = base::parse_number(digits);
    if (!number || *number > limit || (digits.size() > 1 && digits[0] == '0')) return false;
    prefix = static_cast<unsigned>(*number);
    text = text.substr(0, digits_at - slashes.size());
    return true;
}

/// `:<domain-spec>`, or nothing at all when the mechanism can do without.
base::Result<> assign_domain(SpfTerm& term, std::string_view rest, bool required) {
    if (rest.empty() && !required) return {};
    if (!rest.starts_with(':')) return base::fail(required ? "the domain is missing" : "it cannot have this argument");
    if (auto good = check_domain_spec(rest.substr(1)); !good) return good;
    term.domain_spec = rest.substr(1);
    return {};
}

base::Result<> assign_network(SpfTerm& term, std::string_view rest) {
    const bool v4 = term.mechanism == SpfMechanism::ip4;
    unsigned& prefix = v4 ? term.prefix_v4 : term.prefix_v6;
    if (!rest.starts_with(':')) return base::fail("the address is missing");
    rest.remove_prefix(1);
    if (!take_prefix(rest, "/", v4 ? 32 : 128, prefix)) return base::fail("the prefix length is wrong");
    const auto address = base::IpAddress::parse(rest);
    if (!address || rest.contains(':') == v4)
        return base::fail(std::format("'{}' is not an {} address", base::printable(rest, 60), v4 ? "IPv4" : "IPv6"));
    if (address->is_v4() == v4) term.network = *address;
    return {};
}

base::Result<> assign_argument(SpfTerm& term, std::string_view rest) {
    switch (term.mechanism) {
        case SpfMechanism::all:
            if (!rest.empty()) return base::fail("'all' takes no argument");
            return {};
        case SpfMechanism::include:
        case SpfMechanism::exists:
            return assign_domain(term, rest, true);
        case SpfMechanism::ptr:
            return assign_domain(term, rest, false);
        case SpfMechanism::a:
        case SpfMechanism::mx:
            // §5.6: dual-cidr-length, "/24", "//64" or "/24//64"
            if (!take_prefix(rest, "//", 128, term.prefix_v6) || !take_prefix(rest, "/", 32, term.prefix_v4))
                return base::fail("the prefix length is wrong");
            return assign_domain(term, rest, false);
        case SpfMechanism::ip4:
        case SpfMechanism::ip6:
            return assign_network(term, rest);
    }
    return {};
}

base::Result<SpfTerm> parse_mechanism(std::string_view text) {
    SpfTerm term{.text = std::string(text)};
    if (std::string_view("+-~?").contains(text[0])) {
        term.qualifier = text[0];
        text.remove_prefix(1);
    }
    const auto end = std::min(text.find_first_of(":/"), text.size());
    const auto mechanism = mechanism_called(text.substr(0, end));
    if (!mechanism) return base::fail("there is no such mechanism");
    term.mechanism = *mechanism;
    if (auto assigned = assign_argument(term, text.substr(end)); !assigned) return std::unexpected(assigned.error());
    return term;
}

/// §12: name = ALPHA *( ALPHA / DIGIT / "-" / "_" / "." )
bool is_modifier_name(std::string_view name) {
    const auto alpha = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    return !name.empty() && alpha(name[0]) && std::ranges::all_of(name, [alpha](char c) {
        return alpha(c) || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    });
}

/// A modifier; `seen` holds the names of those that may appear once only (§6).
base::Result<> add_modifier(SpfRecord& record, std::vector<std::string>& seen, std::string_view name,
                            std::string_view value) {
    const auto lower = base::lower(name);
    if (!is_modifier_name(name)) return base::fail("the modifier's name is wrong");
    if (lower != "redirect" && lower != "exp") return check_macro_string(value);
    if (std::ranges::contains(seen, lower)) return base::fail("it appears twice");
    seen.push_back(lower);
    if (auto good = check_domain_spec(value); !good) return good;
    if (lower == "redirect") record.redirect = std::string(value);
    return {};
}

}  // namespace

bool is_spf_record(std::string_view text) {
    // §4.5: the version is followed by a space or the end; §12: without regard to case.
    return base::lower(text.substr(0, version.size())) == version &&
           (text.size() == version.size() || text[version.size()] == ' ');
}

base::Result<SpfRecord> parse_spf_record(std::string_view text) {
    if (!is_spf_record(text)) return base::fail("it does not start with 'v=spf1'");
    SpfRecord record;
    std::vector<std::string> seen;
    // §4.6: terms are separated by spaces only; a tab is a syntax error inside a term.
    for (const auto word : base::split(text.substr(version.size()), ' ')) {
        if (word.empty()) continue;
        const auto mark = word.find_first_of(":/=");
        base::Result<> added;
        if (mark != std::string_view::npos && word[mark] == '=') {
            added = add_modifier(record, seen, word.substr(0, mark), word.substr(mark + 1));
        } else if (auto term = parse_mechanism(word)) {
            record.terms.push_back(std::move(*term));
        } else {
            added = std::unexpected(term.error());
        }
        if (!added) return base::context(std::format("'{}'", base::printable(word, 100)), added.error());
    }
    return record;
}

}  // namespace dnscheck
