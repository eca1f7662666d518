#pragma once
/// What came of a run of mbsync, from what it printed.
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace imapsync {

/// Mails copied, marked and deleted, on either side.
struct Counts {
    std::uint64_t copied_here = 0, marked_here = 0, deleted_here = 0;
    std::uint64_t copied_there = 0, marked_there = 0, deleted_there = 0;
    bool any() const {
        return copied_here + marked_here + deleted_here + copied_there + marked_there + deleted_there > 0;
    }
    bool operator==(const Counts&) const = default;
};

class Outcome {
  public:
    /// One line of its output, whatever it says.
    void read(std::string_view line);

    const Counts& counts() const { return counts_; }
    /// Mails a side did not take, in the words of its server; the rest is not held up by them.
    const std::string& refusal() const { return refusal_; }
    std::uint64_t refused() const { return refused_; }
    /// Why the run did not do all it should, one printable line; empty when it says nothing.
    const std::string& failure() const { return failure_; }

  private:
    Counts counts_;
    std::string last_error_, refusal_, failure_;
    std::uint64_t refused_ = 0;
};

/// How long after the end of a run the next one is due: `every`, twice as long after each further failure in a row, at
/// most an hour, never less than `every`.
std::chrono::seconds pause_after(std::chrono::seconds every, unsigned failures);

}  // namespace imapsync
