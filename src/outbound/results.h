#pragma once
/// What became of the mail accounts have sent, as read from Postfix' log. In memory only: what is lost with a restart
/// is a few refusals that would have come later.
#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>

#include "maillog/line.h"

namespace outbound {

/// How many recipients' servers took a mail, and how many refused one for good.
struct Tally {
    std::uint64_t delivered = 0, bounced = 0;
    bool operator==(const Tally&) const = default;
};

/// Pure; one object belongs to one thread at a time.
class Results {
  public:
    /// Remembers whose mail is whose for at most this many mails in the queue.
    explicit Results(std::size_t most = 50'000) : most_(most) {}

    void read(const maillog::Entry& entry);

    /// Account → what came in since the last call.
    std::map<std::string, Tally> take();

  private:
    std::size_t most_;
    std::unordered_map<std::string, std::string> accounts_;  ///< queue id → account
    std::map<std::string, Tally> tallies_;
};

}  // namespace outbound
