#pragma once
/// Time behind an interface, so that what depends on it (renewal, back-off, rate limits) is tested without waiting.
#include <chrono>

namespace base {

using SystemTime = std::chrono::sys_seconds;

struct Clock {
    virtual ~Clock() = default;
    /// Wall-clock time, UTC, whole seconds. May jump.
    virtual SystemTime now() const = 0;
};

/// The machine's own clock.
struct RealClock final : Clock {
    SystemTime now() const override {
        return std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
    }
};

}  // namespace base
