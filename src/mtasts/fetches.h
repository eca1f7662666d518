#pragma once
/// Work on domains beside those who wait for it: on a few threads, each domain once at a time, and not again for five
/// minutes after it was in vain (RFC 8461 §3.3).
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"

namespace mtasts {

class Fetches {
  public:
    /// False: it was in vain.
    using Work = std::function<bool(const std::string& domain, const std::string& id, const std::stop_token& stop)>;

    Fetches(const base::Clock& clock, Work work, int threads = 16);

    /// Sees to it that the work on `domain` is done, unless it was in vain lately, and waits for its end, but no longer
    /// than `patience`.
    void run(const std::string& domain, const std::string& id, std::chrono::milliseconds patience);

  private:
    void serve(const std::stop_token& stop);
    bool may_begin(const std::string& domain);

    const base::Clock& clock_;
    Work work_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::deque<std::pair<std::string, std::string>> waiting_;  ///< domain, id
    std::set<std::string> under_way_;                          ///< those that wait, too
    std::map<std::string, base::SystemTime> in_vain_;
    std::vector<std::jthread> threads_;  // last: they use the others
};

}  // namespace mtasts
