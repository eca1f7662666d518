#pragma once
/// A status of two services, both ready.
#include <chrono>

#include "base/clock.h"
#include "supervise/status.h"

namespace tests {

inline constexpr base::SystemTime noon{std::chrono::sys_days{std::chrono::year{2026} / 3 / 1} + std::chrono::hours(12)};

inline supervise::Status two_services() {
    return {.started = noon,
            .ready_at = noon + std::chrono::seconds(3),
            .services = {{.name = "unbound", .state = supervise::State::ready, .restarts = 0, .since = noon, .pid = 17},
                         {.name = "rspamd",
                          .state = supervise::State::ready,
                          .restarts = 2,
                          .since = noon + std::chrono::seconds(90),
                          .pid = 18,
                          .last_exit = 137}}};
}

}  // namespace tests
