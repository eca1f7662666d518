#include "app/common/guarded_login.h"

#include "crypto/digest.h"

namespace app {

base::Result<bool> guarded_login(policy::LoginGuard& guard, const std::string& nonce, const WebLogin& login,
                                 const std::function<base::Result<bool>()>& judge) {
    policy::Outcome outcome{.attempt = {.login = login.login,
                                        .protocol = "web",
                                        .client = login.client,
                                        .password = policy::first_bits(
                                            crypto::sha256_hex(nonce + login.login + '\0' + login.password.reveal()))}};
    // How long the answer waits is the page's own matter.
    if (!guard.decide(outcome.attempt).allowed) return false;
    const auto is_right = judge();
    outcome.judged = is_right.has_value();
    outcome.accepted = is_right.value_or(false);
    (void)guard.learn(outcome);
    return is_right;
}

}  // namespace app
