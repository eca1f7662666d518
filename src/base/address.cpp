#include "base/address.h"

#include <algorithm>
#include <format>

#include "base/text.h"

namespace base {
namespace {

bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool all_digits(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// Why `label` cannot be a part of a host name, or an empty text.
std::string_view label_fault(std::string_view label) {
    if (label.empty()) return "two dots in a row or a dot at an end";
    if (label.size() > 63) return "a label longer than 63 characters";
    if (label.front() == '-' || label.back() == '-') return "a label starts or ends with '-'";
    if (!std::ranges::all_of(label, [](char c) { return is_letter_or_digit(c) || c == '-'; }))
        return "only letters, digits, '-' and '.' are possible";
    return {};
}

}  // namespace

Result<Hostname> Hostname::parse(std::string_view text) {
    auto name = Domain::parse(text);
    if (!name) {
        name.error().text = replace_all(std::move(name.error().text), "is not a domain name", "is not a host name");
        return std::unexpected(std::move(name.error()));
    }
    return Hostname(name->str());
}

Result<Domain> Domain::parse(std::string_view text) {
    std::string name = lower(text);
    if (name.ends_with('.')) name.pop_back();
    const auto bad = [&](std::string_view why, std::string remedy = {}) {
        return fail(std::format("'{}' is not a domain name: {}", printable(text, 80), why), std::move(remedy));
    };
    if (name.empty()) return bad("it is empty");
    if (std::ranges::any_of(name, [](char c) { return static_cast<unsigned char>(c) >= 0x80; }))
        return bad("it has letters outside ASCII", "Write it in its 'xn--' form, as `idn2 NAME` prints it.");
    if (name.size() > 253) return bad("it is longer than 253 characters");
    const auto labels = split(name, '.');
    for (const auto label : labels)
        if (const auto fault = label_fault(label); !fault.empty()) return bad(fault);
    if (labels.size() < 2) return bad("it has no dot");
    if (all_digits(labels.back())) return bad("it looks like an IP address");
    return Domain(std::move(name));
}

bool valid_local_part(std::string_view text) {
    // Everything a shell, SQL, LDAP, a path, a Dovecot variable or a Postfix map could trip over stays out; what is
    // left covers the addresses people really have.
    if (text.empty() || text.size() > 64) return false;
    if (!is_letter_or_digit(text.front()) && text.front() != '_') return false;
    if (text.back() == '.' || text.find("..") != std::string_view::npos) return false;
    return std::ranges::all_of(text, [](char c) {
        return is_letter_or_digit(c) || std::string_view("._+-=").find(c) != std::string_view::npos;
    });
}

Result<EmailAddress> EmailAddress::parse(std::string_view text) {
    const auto bad = [&](std::string_view why) {
        return fail(std::format("'{}' is not a mail address: {}", printable(text, 80), why));
    };
    const auto at = text.rfind('@');
    if (at == std::string_view::npos) return bad("it has no '@'");
    std::string local = lower(text.substr(0, at));
    if (local.empty()) return bad("nothing stands before the '@'");
    if (!valid_local_part(local))
        return bad(
            "before the '@' only letters, digits and . _ + - = are possible, starting with a letter or digit, "
            "64 characters at most, no '..'");
    auto domain = Domain::parse(text.substr(at + 1));
    if (!domain) return bad(domain.error().text);
    // RFC 5321 §4.5.3.1.3: a path has 256 octets with its brackets.
    if (local.size() + 1 + domain->str().size() > 254) return bad("it is longer than 254 characters");
    return EmailAddress(std::move(local), std::move(*domain));
}

Result<std::string> parse_address_or_domain(std::string_view text) {
    if (text.starts_with('@')) text.remove_prefix(1);
    const auto at = text.rfind('@');
    const auto domain = Domain::parse(at == std::string_view::npos ? text : text.substr(at + 1));
    if (!domain) return std::unexpected(domain.error());
    if (at == std::string_view::npos) return domain->str();
    const auto local = text.substr(0, at);
    const bool plain = std::ranges::all_of(
        local, [](char c) { return c > ' ' && c <= '~' && !std::string_view("\"(),:;<>@[\\]").contains(c); });
    if (local.empty() || local.size() > 64 || !plain)
        return fail(std::format("'{}' is neither an address nor a domain", printable(text, 80)), {}, ErrorKind::usage);
    return lower(local) + "@" + domain->str();
}

}  // namespace base
