#pragma once
/// When to ask the CA for what. Pure functions of the remembered state, the certificate in use and the time, so that
/// every back-off, limit and clock jump is a line in a test.
#include <chrono>
#include <optional>
#include <string>

#include "acme/objects.h"
#include "base/clock.h"
#include "certs/state.h"

namespace certs {

/// The certificate in use, as far as planning looks at it.
struct InUse {
    std::string fingerprint;
    base::SystemTime not_before, not_after;
};

enum class Do { wait, issue, ask_renewal_window };

struct Action {
    Do what = Do::wait;
    base::SystemTime at{};  ///< for wait: when to ask next_action() again
    bool operator==(const Action&) const = default;
};

/// `state` is tidy() and, for a certificate in use, about it (about()); `in_use` is nothing while only the stand-in is
/// there.
Action next_action(const State& state, const std::optional<InUse>& in_use, base::SystemTime now);

/// When the certificate is to be renewed: at the picked time, but never in the last tenth of its life.
base::SystemTime renewal_time(const State& state, const InUse& in_use);

/// The earliest moment the CA may be asked for a certificate again: back-off, what the CA asked for, at most 4 failed
/// authorizations an hour (Let's Encrypt bears 5) and 4 certificates in 7 days (5), and a day between two while there
/// is one in use; that one's life shortens both, for a CA whose certificates live for hours.
base::SystemTime allowed_at(const State& state, const std::optional<InUse>& in_use);

/// The state about this certificate: when it is another one than before, a renewal time is picked at one third of its
/// life left, earlier by up to a thirtieth. `random` is in [0, 1).
State about(State state, const InUse& in_use, double random);

/// The state for this CA. Another CA than before has other limits, and the operator wants its certificate now.
State for_ca(State state, const std::string& directory_url);

/// The state at a start of the server: our own check may be repeated at once. It costs the CA nothing, and a start is
/// what an operator does after correcting what the last one found.
State at_start(State state);

/// With the CA's window (RFC 9773 §4.2): a random time in it, picked once for each window. `random` is in [0, 1).
State with_window(State state, const acme::RenewalInfo& window, base::SystemTime now, double random);
/// The window could not be had: asked again in a while, the time picked before stays.
State without_window(State state, base::SystemTime now, std::optional<std::chrono::seconds> retry_after);

/// After a failed attempt. Attempts that asked the CA wait for 1 and 2 minutes, then an hour, and when its challenges
/// failed, doubled from there to 6 hours; longer when the CA said so. Our own check is repeated after 1, 2, 4, 8 and
/// then every 15 minutes.
State after_failure(State state, Spent spent, const base::Error& error, std::optional<std::chrono::seconds> retry_after,
                    base::SystemTime now);
State after_success(State state);

/// What the name servers say about the TLSA records of port 25, with the next key in mind.
struct TlsaView {
    enum class Shown {
        unknown,  ///< nobody could tell
        nothing,  ///< there are no such records: nobody minds another key
        others,   ///< not that of the next key, or not everywhere
        next      ///< every name server shows that of the next key
    };
    Shown shown = Shown::unknown;
    std::chrono::seconds ttl{0};  ///< how long others remember what they saw before
};

/// The state after the name servers were asked about the next key.
State with_tlsa(State state, const std::string& next_key, const TlsaView& view, base::SystemTime now);

/// Whether the next certificate gets the next key: when its TLSA record has been there for two TTLs, so that nobody
/// remembers the time before (RFC 7671 §8.1), or there is none at all.
bool may_take_next_key(const State& state, const TlsaView& view, base::SystemTime now);

/// Whether the CA may be asked although our own check says it cannot reach us. Behind some routers a server cannot
/// reach its own public address and only the CA can tell, so: after 5 checks in vain, every 12 hours.
bool may_ask_unchecked(const State& state, base::SystemTime now);

}  // namespace certs
