#pragma once
/// Logins on their way to the disk: many at a time, so that a storm of them costs one commit a second.
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "logins/store.h"

namespace logins {

/// The logins that are not on disk yet: the last one of each account and app password, so never more than there are of
/// these, and never more than `most`.
class Pending {
  public:
    explicit Pending(std::size_t most) : most_(most) {}
    /// False when there is no room for one more; a login of an account that waits already always has its place.
    bool add(Login login);
    bool empty() const { return last_.empty(); }
    std::vector<Login> all() const;
    void clear() { last_.clear(); }

  private:
    std::size_t most_;
    std::map<std::pair<std::string, std::string>, Visit> last_;  ///< account, app password
};

/// Takes logins from any thread without ever waiting for the disk, and writes them within a second. A crash loses that
/// second. While the disk does not take them they wait; trouble is logged when it begins and when it ends.
class Recorder {
  public:
    explicit Recorder(Store store);
    /// Writes what is left.
    ~Recorder();
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;

    void record(Login login);

  private:
    void work(const std::stop_token& stop);
    void write();

    std::mutex mutex_;
    std::condition_variable_any filled_;
    Pending pending_;
    Store store_;
    bool in_trouble_ = false;
    std::jthread thread_;  // last: it uses the others
};

}  // namespace logins
