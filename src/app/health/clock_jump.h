#pragma once
/// A clock that is set back: Dovecot then starts no processes for three minutes, and Postfix' queue manager counts time
/// slowly and lets mail wait until the hour in which it was to be tried.
#include <chrono>
#include <utility>

namespace app {

/// Compares the wall clock with one that only measures. Pure: it is told what they show.
class ClockWatch {
  public:
    using Wall = std::chrono::system_clock::time_point;
    using Steady = std::chrono::steady_clock::time_point;

    ClockWatch(Wall wall, Steady steady) : ahead_(difference(wall, steady)) {}

    /// Whether the wall clock was set back by two seconds or more since it was asked last.
    bool set_back(Wall wall, Steady steady) {
        const auto ahead = difference(wall, steady), before = std::exchange(ahead_, ahead);
        return before - ahead >= std::chrono::seconds(2);
    }

  private:
    static std::chrono::nanoseconds difference(Wall wall, Steady steady) {
        return wall.time_since_epoch() - steady.time_since_epoch();
    }
    std::chrono::nanoseconds ahead_;
};

/// Lets both begin anew; the supervisor starts Dovecot again at once.
class ClockJump {
  public:
    /// To be called every second by one thread.
    void work();

  private:
    ClockWatch watch_{std::chrono::system_clock::now(), std::chrono::steady_clock::now()};
    int seconds_to_flush_ = 0;
};

}  // namespace app
