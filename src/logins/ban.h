#pragma once
/// A refusal of logins, by the operator's hand or by the server itself.
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/ip.h"

namespace logins {

/// Whom a ban is about, unique among all: "192.0.2.7", "192.0.2.7 jens@example.org", "jens@example.org".
inline std::string subject_of(const std::optional<base::IpNetwork>& network, const std::string& account) {
    if (!network) return account;
    return account.empty() ? network->label() : network->label() + " " + account;
}

/// Without a network it is about an account under attack from everywhere; without an account about all of them.
struct Ban {
    std::optional<base::IpNetwork> network;
    std::string account;  ///< in lower case; what a stranger sent, so anything
    base::SystemTime since;
    std::optional<base::SystemTime> until;  ///< nothing: until it is lifted
    bool by_hand = false;
    std::string reason;  ///< one line
    unsigned tries = 0;  ///< wrong passwords that led to it
    bool operator==(const Ban&) const = default;

    std::string subject() const { return subject_of(network, account); }

    /// An automatic one from a future that the clock has been set back from is over.
    bool in_force(base::SystemTime now) const {
        return (!until || now < *until) && (by_hand || since <= now + std::chrono::minutes(5));
    }
};

}  // namespace logins
