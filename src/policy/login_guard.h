#pragma once
/// The login policy at work: with the bans in the file, which commands change too, and the log. Safe from any thread.
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "logins/ban_store.h"
#include "policy/login_policy.h"

namespace policy {

/// Who counts what happens here. Called on whatever thread it happens; must return at once.
struct LoginWatch {
    std::function<void(const Outcome&)> outcome;
    std::function<void()> ban;  ///< one began by itself
};

class LoginGuard {
  public:
    /// `places`: where owners logged in before, the oldest first. The clock must outlive the object.
    LoginGuard(LoginPolicyOptions options, logins::BanStore bans, const std::vector<logins::Place>& places,
               const base::Clock& clock);

    /// As LoginPolicy's. What a command wrote before the call counts.
    Verdict decide(const Attempt& attempt);
    std::optional<logins::Login> learn(const Outcome& outcome);

    /// From now on.
    void watch(LoginWatch watch);

  private:
    void read_bans();
    void write_changes();
    void tell_trouble(const base::Error& error);

    std::mutex mutex_;
    LoginWatch watch_;
    LoginPolicy policy_;
    logins::BanStore bans_;
    const base::Clock& clock_;
    std::optional<std::int64_t> version_;  ///< of the bans last read
    std::vector<logins::Ban> unwritten_;   ///< in force although the file did not take them
    bool in_trouble_ = false;
};

}  // namespace policy
