#include "policy/header_from.h"

#include <algorithm>
#include <format>
#include <span>

#include "base/text.h"
#include "policy/mail_addresses.h"

namespace policy {
namespace {

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// `address` as it can stand in an SMTP reply: what is not printable ASCII, and '%', which milters expand, as '?'.
std::string shown(std::string_view address) {
    constexpr std::size_t enough = 100;
    std::string text(address.substr(0, enough));
    for (char& c : text)
        if (c <= ' ' || c >= 0x7F || c == '%') c = '?';
    return address.size() > enough ? text + "..." : text;
}

base::Result<std::optional<std::string>> objection_to(const std::string& address, const std::string& login,
                                                      const std::set<base::Domain>& served, const MaySend& may_send) {
    const auto name = std::string_view(address).substr(address.rfind('@') + 1);
    if (!is_ascii(name))
        return std::format("the domain of {} must be written in its ASCII form (xn--...)", shown(address));
    const auto domain = base::Domain::parse(name);
    if (!domain || !served.contains(*domain)) return std::nullopt;
    const auto allowed = may_send(login, address);
    if (!allowed) return std::unexpected(allowed.error());
    if (*allowed) return std::nullopt;
    return std::format("you may not send as {}", shown(address));
}

}  // namespace

base::Result<Submission> parse_submission(std::string_view body) {
    const auto lines = base::split(body, '\n');
    Submission submission{.login = std::string(lines.front()), .headers = {}};
    if (submission.login.empty()) return base::fail("cannot read the question: it names no login");
    for (const auto line : std::span(lines).subspan(1)) {
        if (line.empty()) continue;
        const auto colon = line.find(':');
        if (colon == std::string_view::npos) return base::fail("cannot read the question: a line is no header");
        submission.headers.emplace_back(line.substr(0, colon), line.substr(colon + 1));
    }
    return submission;
}

base::Result<std::optional<std::string>> objection(const Submission& submission, const std::set<base::Domain>& served,
                                                   const MaySend& may_send) {
    for (const auto& [name, value] : submission.headers) {
        const auto [addresses, encoded] = addresses_in(value);
        if (encoded) return std::format("{} header: an address must not be an encoded word", shown(name));
        for (const auto& address : addresses) {
            auto found = objection_to(address, submission.login, served, may_send);
            if (!found) return std::unexpected(found.error());
            if (*found) return std::format("{} header: {}", shown(name), **found);
        }
    }
    return std::nullopt;
}

}  // namespace policy
