#pragma once
/// Asking services whether they answer. ProbeAttempt and ProbeRound never block and are driven by the supervisor's poll
/// loop; ask() waits, for commands.
#include <poll.h>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "supervise/service.h"
#include "sys/fd.h"

namespace supervise {

enum class ProbeState { running, passed, failed };

/// One try of one Probe.
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

/// All probes of a service, one after the other; the first that fails ends the round.
class ProbeRound {
  public:
    using Clock = ProbeAttempt::Clock;

    /// `timeout` is for each probe. `probes` must outlive the round.
    ProbeRound(const std::vector<Probe>& probes, std::chrono::milliseconds timeout)
        : probes_(&probes), timeout_(timeout) {}

    /// Begins or goes on; passed when every probe has, at once when there is none.
    ProbeState advance(Clock::time_point now);
    /// While advance() says running: what to wait for, and how long at most.
    pollfd wanted() const { return attempt_->wanted(); }
    Clock::time_point deadline() const { return attempt_->deadline(); }
    /// How many probes have passed: the index of the one that runs or failed.
    std::size_t passed() const { return passed_; }

  private:
    const std::vector<Probe>* probes_;
    std::chrono::milliseconds timeout_;
    std::size_t passed_ = 0;
    std::optional<ProbeAttempt> attempt_;
};

/// Asks all probes and waits for their answers, `timeout` for each; the error names the address that gave none.
base::Result<> ask(const std::vector<Probe>& probes, std::chrono::milliseconds timeout);

}  // namespace supervise
