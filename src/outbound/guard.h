#pragma once
/// Decides about each mail that somebody submits after a login whether it goes or waits: an account that sends like a
/// machine is stopped, and its mail held until the operator has looked. Mail that stays on this server is neither
/// counted nor held, so that a stopped user can still write to the operator.
///
/// It is a safety net and nothing more: when its own file fails, mail goes, and the log says so.
#include <atomic>
#include <mutex>
#include <optional>
#include <set>

#include "base/address.h"
#include "base/clock.h"
#include "outbound/limits.h"
#include "outbound/mail.h"
#include "outbound/results.h"
#include "outbound/store.h"
#include "queue/mail_queue.h"

namespace outbound {

enum class Verdict { pass, hold };

/// Safe to call from any thread.
class Guard {
  public:
    Guard(Limits limits, std::set<base::Domain> served, base::Result<Store> store);

    /// A mail that has passed everything else: it counts from now on.
    Verdict decide(const Mail& mail, base::SystemTime now);

    /// What became of an account's recipients.
    void learn(const std::string& account, const Tally& results, base::SystemTime now);

    /// The stops somebody must still be told of. Cheap while there is nothing new.
    std::vector<Stop> untold();
    void told(const Stop& stop, bool owner);

    void tidy(base::SystemTime now);
    /// Forgets held mail that is not in the queue any more.
    void forget_gone(const std::vector<queue::Mail>& queue, base::SystemTime now);

  private:
    base::Result<Verdict> judge(const Mail& mail, const std::vector<std::string>& outside, base::SystemTime now);
    base::Result<> stop(const std::string& account, const std::string& why, base::SystemTime now);
    void report(std::string_view doing, const base::Error& error);

    const Limits limits_;
    const std::set<base::Domain> served_;
    std::mutex mutex_;  ///< of store_
    base::Result<Store> store_;
    std::atomic<bool> news_ = true;  ///< there may be untold stops
};

}  // namespace outbound
