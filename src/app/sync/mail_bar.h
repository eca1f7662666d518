#pragma once
/// How far something with many mails is: a bar with the time that is left on a terminal, a line now and then elsewhere.
#include <chrono>
#include <cstdint>
#include <string>

namespace app {

/// "[#######       ]  25 %  1000 of 4000 mails, 3 min left"; `rate` in mails a second, 0: unknown.
std::string mail_bar(std::uint64_t done, std::uint64_t total, double rate);

class MailBar {
  public:
    MailBar();
    MailBar(const MailBar&) = delete;
    MailBar& operator=(const MailBar&) = delete;
    /// Takes the bar away.
    ~MailBar();

    void draw(std::uint64_t done, std::uint64_t total);

  private:
    using Clock = std::chrono::steady_clock;
    bool terminal_;
    bool drawn_ = false;
    std::uint64_t first_ = 0;  ///< done at the first call: what was there before tells nothing about the speed
    Clock::time_point began_{}, told_{};
};

}  // namespace app
