#pragma once
/// One try of a Probe, driven by the supervisor's poll loop: never blocks.
#include <poll.h>

#include <chrono>
#include <cstddef>
#include <string>

#include "supervise/service.h"
#include "sys/fd.h"

namespace supervise {

enum class ProbeState { running, passed, failed };

class ProbeAttempt {
  public:
    using Clock = std::chrono::steady_clock;

    /// Connects; the attempt has failed when it is not through at `deadline`. `probe` must outlive it.
    ProbeAttempt(const Probe& probe, Clock::time_point deadline);

    ProbeState state() const { return state_; }
    Clock::time_point deadline() const { return deadline_; }
    /// What to wait for while running.
    pollfd wanted() const;
    /// Goes on after poll(2) reported something for wanted(), or the deadline has passed.
    void advance(Clock::time_point now);

  private:
    void connect();
    void send();
    void receive();

    const Probe* probe_;
    Clock::time_point deadline_;
    ProbeState state_ = ProbeState::running;
    sys::UniqueFd socket_;
    std::size_t sent_ = 0;
    std::string received_;
};

}  // namespace supervise
