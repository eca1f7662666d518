#pragma once
/// What the supervisor knows about its services, as values.
#include <sys/types.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "supervise/state.h"

namespace supervise {

struct ServiceStatus {
    std::string name;
    State state = State::waiting;
    int restarts = 0;              ///< starts after the first one
    base::SystemTime since{};      ///< when it came into this state
    pid_t pid = 0;                 ///< of its main process; 0: none runs
    std::optional<int> last_exit;  ///< exit code (128 + signal) of its last end; nothing: it never ended
    bool vital = true;             ///< false: the whole is ready without it
    bool operator==(const ServiceStatus&) const = default;
};

struct Status {
    base::SystemTime started{};                ///< when the supervisor began
    std::optional<base::SystemTime> ready_at;  ///< when every vital service had been ready for the first time
    std::vector<ServiceStatus> services;       ///< in start order
    bool stopping = false;

    /// Every vital one.
    bool all_ready() const {
        return !stopping && std::ranges::all_of(services, [](const ServiceStatus& service) {
            return !service.vital || service.state == State::ready;
        });
    }
    bool operator==(const Status&) const = default;
};

}  // namespace supervise
