#pragma once
/// What the supervisor knows about its services, as values.
#include <string>
#include <vector>

#include "base/clock.h"
#include "supervise/state.h"

namespace supervise {

struct ServiceStatus {
    std::string name;
    State state = State::waiting;
    int restarts = 0;          ///< starts after the first one
    base::SystemTime since{};  ///< when it came into this state
    int last_exit = -1;        ///< exit code (128 + signal) of the last end; -1: it never ended
    bool operator==(const ServiceStatus&) const = default;
};

struct Status {
    std::vector<ServiceStatus> services;  ///< in start order
    bool stopping = false;

    bool all_ready() const {
        for (const auto& service : services)
            if (service.state != State::ready) return false;
        return !stopping;
    }
    bool operator==(const Status&) const = default;
};

}  // namespace supervise
