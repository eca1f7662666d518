#pragma once
/// What mbsync says while it works, and how far that is.
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace imapsync {

/// One counter line: "C: 1/3  B: 1/3  F: +0/0 *0/0 #0/0 -0/0  N: +12/40 *0/0 #0/0 -0/0".
struct Counters {
    std::uint64_t channels_done = 0;
    std::uint64_t copied = 0;   ///< mails stored here
    std::uint64_t to_copy = 0;  ///< of so many found in the folders up to the present one
    bool operator==(const Counters&) const = default;
};

/// Nothing for any other line.
std::optional<Counters> counters_in(std::string_view line);

/// Hands out whole lines; a carriage return ends one, too.
class Lines {
  public:
    explicit Lines(std::function<void(std::string_view)> take) : take_(std::move(take)) {}
    void feed(std::string_view piece);
    void finish();

  private:
    std::function<void(std::string_view)> take_;
    std::string line_;
};

/// How many mails are done, over all folders.
class Progress {
  public:
    /// The mails of each folder there, in the order of the channels.
    explicit Progress(std::vector<std::uint64_t> folders) : folders_(std::move(folders)) {}

    /// Mails that are here by now: copied or known before; never falls, never more than total().
    std::uint64_t at(const Counters& counters);
    std::uint64_t total() const;

  private:
    std::vector<std::uint64_t> folders_;
    Counters last_;
    std::uint64_t before_ = 0;  ///< to_copy when the present folder began
    std::uint64_t done_ = 0;
};

}  // namespace imapsync
