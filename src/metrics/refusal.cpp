#include "metrics/refusal.h"

#include <algorithm>
#include <utility>

namespace metrics {
namespace {

bool is_code(std::string_view word) {
    return !word.empty() && word.find_first_not_of("0123456789.") == std::string_view::npos;
}

/// The reply without its codes, and without the address or name it begins with: `554 5.7.1 <x@y.example>: Relay …`.
std::string_view said(std::string_view text) {
    for (auto space = text.find(' '); space != std::string_view::npos && is_code(text.substr(0, space));
         space = text.find(' '))
        text.remove_prefix(space + 1);
    if (text.starts_with('<'))
        if (const auto end = text.find(">: "); end != std::string_view::npos) text.remove_prefix(end + 3);
    return text;
}

bool has_code(std::string_view text, std::string_view code) {
    return text.starts_with(code) || text.substr(0, 16).contains(" " + std::string(code) + " ");
}

using Row = std::pair<std::string_view, std::string_view>;

/// By what the reply begins with. First what is said about one thing only.
constexpr Row beginnings[] = {
    {"Relay access denied", "relay_denied"},
    {"Recipient address rejected: User unknown", "unknown_user"},
    {"Recipient address rejected: this address needs SMTPUTF8", "protocol"},
    {"Sender address rejected: this address needs SMTPUTF8", "protocol"},
    {"Sender address rejected: mail from this address is not taken", "policy"},
    {"Sender address rejected", "bad_sender"},
    {"Recipient address rejected: The mailbox is full", "quota"},
    {"Recipient address rejected: Mail is too large", "quota"},
    {"Recipient address rejected: need fully-qualified", "protocol"},
    {"Recipient address rejected", "policy"},
    {"Helo command rejected", "protocol"},
    {"Data command rejected", "protocol"},
    {"Must issue a STARTTLS", "tls"},
    {"Client host rejected", "policy"},
    {"Message size exceeds", "policy"},
    {"virus found", "virus"},
    {"Spam message rejected", "spam"},
    {"Gtube pattern", "spam"},
    {"Try again later", "policy"},
    {"neither SPF nor DKIM vouches", "policy"},
    {"From header", "bad_sender"},
    {"Sender header", "bad_sender"},
};

/// By the enhanced status code (RFC 3463), for all others.
constexpr Row codes[] = {
    {"5.1.1", "unknown_user"}, {"5.2.2", "quota"},      {"5.2.3", "quota"},      {"5.5.0", "protocol"},
    {"5.5.1", "protocol"},     {"5.5.2", "protocol"},   {"5.5.4", "protocol"},   {"5.6.7", "protocol"},
    {"5.7.0", "tls"},          {"5.1.7", "bad_sender"}, {"5.1.8", "bad_sender"}, {"4.1.8", "bad_sender"},
};

}  // namespace

std::string_view reason_of(const maillog::Refused& refused) {
    const auto text = said(refused.text);
    for (const auto& [beginning, reason] : beginnings)
        if (text.starts_with(beginning)) return reason;
    for (const auto& [code, reason] : codes)
        if (has_code(refused.text, code)) return reason;
    return refused.what == "milter-reject" ? "spam" : "other";
}

}  // namespace metrics
