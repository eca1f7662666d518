#pragma once
/// Different passwords that did not open, over a day. The same one again is no new try: a phone with an old password
/// repeats it for weeks.
#include <chrono>
#include <cstdint>
#include <vector>

#include "base/clock.h"

namespace policy {

class Tries {
  public:
    static constexpr std::chrono::hours memory{24};
    /// Until then the outcome of a try that was let through is known, or it never will be.
    static constexpr std::chrono::seconds patience{60};

    enum class State : std::uint8_t { wrong, undecided };

    /// Notes a password by its hash. One that is known as wrong stays so; beyond `most` nothing is noted.
    void note(std::uint64_t password, State state, base::SystemTime now, std::size_t most);
    /// It was the right one.
    void take_back(std::uint64_t password);
    /// Drops what is too old. To be called before the counts are read.
    void prune(base::SystemTime now);
    void clear() { *this = {}; }

    unsigned wrong() const { return static_cast<unsigned>(tries_.size()) - undecided_; }
    unsigned all() const { return static_cast<unsigned>(tries_.size()); }
    bool is_wrong(std::uint64_t password) const;

  private:
    struct Try {
        std::uint64_t password;
        base::SystemTime time;
        State state;
    };
    std::vector<Try> tries_;  // oldest first
    unsigned undecided_ = 0;
    base::SystemTime pruned_;
};

}  // namespace policy
