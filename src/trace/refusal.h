#pragma once
/// Why other servers refuse mail, in plain language: what their replies mean, and what to do about it. A table of what
/// large providers and common server programs answer; pure.
#include <optional>
#include <string>
#include <string_view>

namespace trace {

struct Refusal {
    std::string_view kind;      ///< "listed", "reputation", "authentication", …: what is counted together
    std::string_view provider;  ///< "Gmail", …; empty for all others
    std::string_view cause;     ///< a sentence without its period
    std::string_view remedy;    ///< the same
    bool ours = false;          ///< about this server: the operator can do something, and should when they pile up
    bool operator==(const Refusal&) const = default;
};

/// What a delivery's text means: the other server's reply, or why there was none. `relay` is Postfix':
/// "mx.x.example[…]:25" or "none". Nothing when the table has no row for it.
std::optional<Refusal> explain(std::string_view relay, std::string_view text);

}  // namespace trace
