#pragma once
/// Upkeep of the full-text indexes. They grow in pieces; searches are fastest in few large ones. And they are not
/// synced to disk, so a machine that dies may leave a damaged one, which ends every search in it: Dovecot only logs
/// that.
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/error.h"
#include "sys/command.h"

namespace app {

/// The command that joins the pieces of every index, at the lowest priority.
sys::Command optimise_search_indexes(const std::stop_token& stop);

/// Runs it. The error is one line with the first thing Dovecot complained of; an orderly stop is none.
base::Result<> keep_up(const sys::Command& command);

/// Whose indexes are damaged, as read from Dovecot's log. Safe to call from any thread.
class DamagedIndexes {
  public:
    /// One line of Dovecot's log, whatever it is about.
    void read(std::string_view line);

    /// The accounts found since the last call.
    std::set<std::string> take();

  private:
    std::mutex mutex_;
    std::set<std::string> accounts_;
    bool search_died_ = false;  ///< the next process that is said to have died did so in the index
};

/// The command that removes the account's indexes; the next search or delivery builds them anew.
sys::Command remove_search_indexes(const std::string& account, const std::stop_token& stop);

}  // namespace app
