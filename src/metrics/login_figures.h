#pragma once
/// Counts logins and from how many networks they fail. Names and addresses become no labels: whoever guesses chooses
/// them.
#include <map>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "base/ip.h"
#include "metrics/registry.h"

namespace metrics {

/// Safe from any thread.
class LoginFigures {
  public:
    explicit LoginFigures(Registry& registry) : registry_(registry) {}

    /// `protocol` is one of login_protocols, any other counts as "web"; `client` the numeric address, may be empty.
    void count(const std::string& protocol, const std::string& client, bool accepted, base::SystemTime now);
    /// Brings mailserver_login_failing_networks up to date.
    void refresh(base::SystemTime now);

  private:
    void forget_old(base::SystemTime now);

    Registry& registry_;
    std::mutex mutex_;
    std::map<base::IpNetwork, base::SystemTime> failing_;  // when last
};

}  // namespace metrics
