#pragma once
/// One service as the supervisor's loop sees it: its state, process, log, probes and deadlines. Entirely passive: the
/// loop tells it that something may have happened, and it never waits.
#include <poll.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "supervise/keeper.h"
#include "supervise/lines.h"
#include "supervise/probe.h"
#include "supervise/service.h"
#include "supervise/state.h"
#include "supervise/status.h"
#include "supervise/supervisor.h"

namespace supervise {

class Unit {
  public:
    using Clock = std::chrono::steady_clock;
    using Time = Clock::time_point;
    using OnLine = std::function<void(std::string_view service, std::string_view line)>;

    Unit(Service service, const Options& options, OnLine on_line, const base::Clock& clock);

    const Service& service() const { return service_; }
    const ServiceStatus& status() const { return status_; }
    State state() const { return status_.state; }

    /// One event of the table: goes to the next state and does its action.
    void happen(Event event, Time now);
    /// Takes up what has come since the last call: output, the end of the process, answers, deadlines.
    void advance(Time now);
    /// Adds what poll(2) should wait for.
    void watch(std::vector<pollfd>& waiting) const;
    /// When advance() must be called at the latest; Time::max() when nothing is due.
    Time next_moment() const;

  private:
    void act(Action action, Time now);
    void spawn(Time now);
    /// False when there is nothing more to read at the moment.
    bool read_log();
    void take_up_end(Time now);
    void take_up_deadline(Time now);
    void probe(Time now);
    bool is_probed() const { return state() == State::starting || state() == State::ready; }
    /// Tells an event of this service itself, among its own lines.
    void remark(std::string_view text) const;

    Service service_;
    const Options* options_;
    OnLine on_line_;
    const base::Clock* clock_;
    ServiceStatus status_;
    std::optional<Running> running_;
    LineSplitter lines_;

    std::optional<ProbeRound> round_;
    Time round_began_{};
    Time next_round_{};
    int unanswered_ = 0;  ///< rounds in a row

    std::optional<Time> deadline_;  ///< of the present state: start or stop time-out, end of the back-off
    std::optional<Time> ready_;     ///< when this run of it became ready
    std::chrono::milliseconds delay_{0};
    bool started_before_ = false;
};

}  // namespace supervise
