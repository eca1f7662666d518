#pragma once
/// The one place that decides about logins, of mail programs for reading as for sending, and of the account page. Pure:
/// no clock, no file, no network; times come in, what is to be written down goes out.
///
/// Who guesses is slowed and then refused, and nobody else is:
///   - Different wrong passwords count; the same one again does not. They count for an account from a network, for a
///     network whatever the account, and for an account from everywhere. A network is an IPv4 address or an IPv6 /64.
///   - A network from which somebody logged in lately has ten times the room, and so has an account there whose owner
///     did: who shares an address with a guesser stays in.
///   - A password that opened the account lately is let through at once, and verified, up to a second, higher limit:
///     every answer tells a guesser something, so the answers must end.
///   - An account under attack from everywhere is closed for networks where its owner never was, not for his own.
/// Whether there is such an account makes no difference to anything. A password that came without TLS is never tried.
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/ip.h"
#include "logins/ban.h"
#include "logins/login.h"
#include "policy/auth_words.h"
#include "policy/bounded_table.h"
#include "policy/tries.h"

namespace policy {

/// How many different wrong passwords of a day it takes until passwords are refused that are not known to be right.
/// From twice as many on all are.
struct LoginLimits {
    unsigned account = 10;      ///< for an account from a network
    unsigned network = 30;      ///< for all accounts from a network
    unsigned times_known = 10;  ///< as many more where somebody of ours logged in, for an account from everywhere, and
                                ///< for the /48 of IPv6 networks
    unsigned undecided = 100;   ///< passwords of a network that may be in verification at a time, besides
    unsigned free_tries = 3;    ///< of an account from a network, before the answers are delayed
    std::chrono::seconds longest_delay{5};  ///< Postfix gives up after 10, and a wrong password takes 2 anyway
    std::chrono::seconds first_ban{15 * 60};
    std::chrono::seconds longest_ban{24 * 3600};  ///< each within a day of the last one is four times as long
    std::chrono::hours trust{30 * 24};            ///< after a login
    std::size_t most = 20'000;                    ///< networks, accounts and pairs of these, each
};

struct LoginPolicyOptions {
    bool automatic = true;                ///< false: only bans by hand count
    std::vector<base::IpNetwork> exempt;  ///< never refused nor delayed, besides loopback
    LoginLimits limits;
};

/// A ban that began, or that is over before its time.
struct BanChange {
    logins::Ban ban;
    bool began = true;
};

class LoginPolicy {
  public:
    explicit LoginPolicy(LoginPolicyOptions options = {});

    /// Whether this password may be tried, and how long the answer waits. Counts as a wrong password until learn() says
    /// otherwise, so tries at the same moment are counted too.
    Verdict decide(const Attempt& attempt, base::SystemTime now);

    /// Learns what came of an attempt; the login to remember, when it was one by a mail program.
    std::optional<logins::Login> learn(const Outcome& outcome, base::SystemTime now);

    /// Somebody logged in from there before this process began.
    void trust(const std::string& account, const base::IpNetwork& network, base::SystemTime time);

    /// The bans there are. What was counted of an automatic one that is missing now is forgotten.
    void set_bans(const std::vector<logins::Ban>& bans, base::SystemTime now);

    /// What is to be written down since the last call.
    std::vector<BanChange> take_changes() { return std::exchange(changes_, {}); }

    /// The number of entries in memory.
    std::size_t size() const { return tries_.size() + past_.size() + owners_.size() + trusted_.size(); }

  private:
    /// An account that opened.
    struct Owner {
        std::vector<std::uint64_t> passwords;                                // newest last
        std::vector<std::pair<base::IpNetwork, base::SystemTime>> networks;  // newest last
    };
    /// What was banned lately.
    struct Past {
        unsigned times = 0;
        base::SystemTime last;
    };
    /// From `refuse` on unknown passwords are refused, from `close` on all.
    struct Limit {
        unsigned refuse = 0;
        unsigned close = 2 * refuse;
    };
    /// One of the counts an attempt goes into.
    struct Count {
        std::optional<base::IpNetwork> network;
        std::string account;
        Limit limit;
        unsigned spare = 0;     ///< undecided passwords that do not count
        bool is_quiet = false;  ///< a refusal is no ban of its own
        std::string subject = logins::subject_of(network, account);
    };

    bool is_exempt(const base::IpAddress& client) const;
    bool is_banned_by_hand(const base::IpAddress& client, base::SystemTime now) const;
    bool is_trusted(const base::IpNetwork& network, base::SystemTime now);
    bool is_own_network(const std::string& account, const base::IpNetwork& network, base::SystemTime now);
    bool is_under_attack(const std::string& account, base::SystemTime now);
    bool is_banned(const std::string& subject, base::SystemTime now);
    Limit everywhere() const {
        return {.refuse = times_known(options_.limits.account),
                .close = times_known(times_known(options_.limits.account))};
    }
    unsigned times_known(unsigned tries) const { return tries * options_.limits.times_known; }
    static std::size_t room(const Limit& limit);
    std::vector<Count> counts_of(const Attempt& attempt, const base::IpAddress& client, base::SystemTime now);
    unsigned number(const Count& count, base::SystemTime now);
    std::chrono::seconds delay(const std::vector<Count>& counts, base::SystemTime now);
    void begin_ban(const Count& count, base::SystemTime now);
    void remember_owner(const Attempt& attempt, const base::IpNetwork& network, base::SystemTime now);
    void lift_where_known(const std::vector<Count>& counts, base::SystemTime now);

    LoginPolicyOptions options_;
    std::map<unsigned, std::map<base::IpNetwork, logins::Ban>> by_hand_;  // by prefix
    std::map<std::string, logins::Ban> automatic_;                        // by subject; never more than limits.most
    BoundedTable<std::string, Tries> tries_;                              // by subject
    BoundedTable<std::string, Past> past_;                                // by subject
    BoundedTable<std::string, Owner> owners_;
    BoundedTable<base::IpNetwork, base::SystemTime> trusted_;  // last login
    std::vector<BanChange> changes_;
};

}  // namespace policy
