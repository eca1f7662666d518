#pragma once
/// What is remembered about asking for certificates, across restarts: without it a restart loop would forget its
/// back-off and burn the CA's limits. Values only; plan.h decides with them.
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"

namespace certs {

/// How far an attempt came before it failed; decides how soon the next may be.
enum class Spent {
    nothing,       ///< the CA was not asked: our own check failed
    request,       ///< the CA could not be reached or answered with an error
    authorization  ///< the CA tried the challenge in vain; it allows few of those
};

struct State {
    std::string directory_url;     ///< the CA all of this is about
    std::string account_url;       ///< our account there, once it was opened
    bool attempt_running = false;  ///< set before the CA is asked; still set at a start: the attempt was killed
    int failures = 0;              ///< attempts that asked the CA, since the last success
    base::SystemTime last_failure{};
    std::chrono::seconds wait{0};  ///< after last_failure
    int check_failures = 0;        ///< our own check before asking, in a row
    base::SystemTime last_check{};
    std::string last_error, remedy;      ///< of either
    base::SystemTime asked_unchecked{};  ///< when the CA was last asked although our own check had failed

    std::vector<base::SystemTime> issued;                 ///< certificates of the last 7 days
    std::vector<base::SystemTime> failed_authorizations;  ///< of the last hour
    std::vector<base::SystemTime> orders;                 ///< new orders of the last day
    std::string order_url;                                ///< an order to go on with
    base::SystemTime order_time{};
    bool order_has_next_key = false;  ///< its certificate is to have the next key

    std::string renewal_of;  ///< fingerprint of the certificate the rest is about
    base::SystemTime renew_at{};
    base::SystemTime window_start{}, window_end{};  ///< the CA's suggestion renew_at was picked from; none: equal
    base::SystemTime ask_window_at{};

    std::string next_key;                  ///< digest of the next key that the rest is about
    base::SystemTime next_key_shown{};     ///< since when the name servers have shown its TLSA record; 0: they do not
    base::SystemTime look_for_next_key{};  ///< when they are asked again

    bool operator==(const State&) const = default;
};

/// The state as JSON text, and back. What cannot be read is an error, never half a state.
std::string to_text(const State& state);
base::Result<State> parse_state(std::string_view text);

/// The state with nothing in the future and nothing forgotten too early, for a clock that was set back: what happened
/// "later" than `now` counts as if it happened now. Drops what is older than the CA's limits look at.
State tidy(State state, base::SystemTime now);

}  // namespace certs
