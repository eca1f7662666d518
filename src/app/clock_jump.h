#pragma once
/// A clock that is set back: Dovecot then starts no processes for three minutes, and Postfix' queue manager counts time
/// slowly and lets mail wait until the hour in which it was to be tried.
#include <atomic>
#include <string_view>

namespace app {

/// Whether this line of Dovecot's log says that it waits.
bool waits_for_the_clock(std::string_view line);

/// Lets both begin anew; the supervisor starts Dovecot again at once.
class ClockJump {
  public:
    /// A line of Dovecot's log, from any thread.
    void heard(std::string_view line) {
        if (waits_for_the_clock(line)) back_ = true;
    }

    /// To be called every second by one thread.
    void work();

  private:
    std::atomic<bool> back_ = false;
    int seconds_to_flush_ = 0;
};

}  // namespace app
