#pragma once
/// How often somebody may try a password. Failures are counted for an account from a network, and for a network
/// whatever the account; a network is an IPv4 address or an IPv6 /64. After some free tries each failure doubles the
/// wait. An account itself is never locked: were it, anybody could lock out its owner. Failures from many networks
/// together only take the free tries away, so that each network's first try still counts.
#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace web {

/// The network an address belongs to, for counting: the address itself, or the /64 of an IPv6 address.
std::string network_of(std::string_view client);

/// Safe from any thread.
class LoginLimits {
  public:
    static constexpr unsigned free_tries = 5;             ///< of an account from a network
    static constexpr unsigned free_tries_under_fire = 1;  ///< the same, when the account has many failures
    static constexpr unsigned many_failures = 30;         ///< of an account from everywhere
    static constexpr unsigned free_network_tries = 20;    ///< of a network for all accounts
    static constexpr std::chrono::seconds longest_wait = std::chrono::minutes(15);
    static constexpr std::chrono::seconds memory = std::chrono::hours(1);  ///< without failures all is forgotten

    /// The clock must outlive the object. Beyond `most` counters the older half is dropped.
    explicit LoginLimits(const base::Clock& clock, std::size_t most = 50'000) : clock_(clock), most_(most) {}

    /// Asks to try a password, which counts as a failure until succeeded() says otherwise: so tries at the same moment
    /// are counted too. The answer is how long to wait before the next try, when it is refused; a refused try does not
    /// count. Whether there is such an account makes no difference.
    std::optional<std::chrono::seconds> refuse(std::string_view account, std::string_view client);

    /// The password was right: takes back the count of this try, and forgets the account's failures from this network.
    void succeeded(std::string_view account, std::string_view client);

    /// The number of counters in memory.
    std::size_t size();

  private:
    struct Counter {
        unsigned failures = 0;
        base::SystemTime last;
    };
    unsigned failures(const std::string& key) const;
    std::chrono::seconds wait(const std::string& key, unsigned free) const;
    void count(const std::string& key);
    void take_back(const std::string& key);
    void make_room();

    const base::Clock& clock_;
    std::size_t most_;
    std::mutex mutex_;
    std::map<std::string, Counter> counters_;
};

}  // namespace web
