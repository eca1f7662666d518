#pragma once
/// Restart delays of a service that keeps failing: `initial`, doubled each time, never above `limit`, reset once the
/// service has stayed up for `limit`. Pure: knows no clock and starts nothing; Supervisor asks it how long to wait.
#include <algorithm>
#include <chrono>

namespace supervise {

struct Backoff {
    std::chrono::milliseconds initial{500}, limit{30'000};
};

/// The wait before the next start, given the previous wait (zero on the first failure) and how long the service ran.
constexpr std::chrono::milliseconds next_delay(const Backoff& backoff, std::chrono::milliseconds previous,
                                               std::chrono::milliseconds ran) {
    if (previous.count() == 0 || ran >= backoff.limit) return backoff.initial;
    return std::min(previous * 2, backoff.limit);
}

}  // namespace supervise
