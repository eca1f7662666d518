#include "supervise/supervisor.h"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "base/log.h"
#include "supervise/keeper.h"
#include "supervise/lines.h"
#include "supervise/probe.h"

namespace supervise {
namespace {

using Clock = std::chrono::steady_clock;
using Time = Clock::time_point;

/// What one service may write per turn of the loop, so that its flood leaves the others their turn.
constexpr std::size_t most_per_turn = 64 * 1024;

/// After SIGKILL the kernel may need a moment (a process in a disk wait); then the keeper itself is asked again.
constexpr std::chrono::seconds ask_again{5};

std::chrono::milliseconds milliseconds_between(Time from, Time to) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(to - from);
}

/// One service and everything the loop knows about it.
struct Unit {
    Service service;
    ServiceStatus status;
    std::optional<Running> running;
    LineSplitter lines;

    std::optional<ProbeAttempt> attempt;
    std::size_t probe = 0;  ///< which of the probes is asked next
    Time next_probe{};
    Time last_answer{};

    Time deadline{};  ///< of the present state: start or stop time-out, end of the back-off
    Time started{};
    std::chrono::milliseconds delay{0};
    bool started_before = false;

    State state() const { return status.state; }
    /// The probes that count in the present state.
    const std::vector<Probe>& probes() const {
        return state() == State::ready && !service.alive.empty() ? service.alive : service.ready;
    }
    bool is_probed() const { return state() == State::starting || state() == State::ready; }
};

}  // namespace

class Supervisor::Loop {
  public:
    Loop(std::vector<Service> services, Options options, Observer observer, const base::Clock& clock)
        : options_(options),
          observer_(std::move(observer)),
          clock_(clock),
          wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
        for (auto& service : services) {
            Unit unit;
            unit.status = {.name = service.name, .since = clock.now()};
            unit.service = std::move(service);
            units_.push_back(std::move(unit));
        }
        sigset_t signals;
        sigemptyset(&signals);
        sigaddset(&signals, SIGTERM);
        sigaddset(&signals, SIGINT);
        signals_.reset(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
    }

    void run() {
        tell();
        while (!all_stopped()) {
            const Time now = Clock::now();
            for (auto& unit : units_) happen_by_time(unit, now);
            if (stopping_) stop_the_unneeded(now);
            announce_all_ready();
            if (!all_stopped()) wait();
        }
    }

    void request_stop() {
        const std::uint64_t one = 1;
        [[maybe_unused]] const auto written = ::write(wake_.get(), &one, sizeof one);
    }

  private:
    // ---- the table's events and actions -------------------------------------------------------------------------

    void happen(Unit& unit, Event event, Time now) {
        const State before = unit.state();
        const auto [after, action] = next(before, event);
        unit.status.state = after;
        if (after != before) {
            unit.status.since = clock_.now();
            unit.attempt.reset();
            unit.probe = 0;
        }
        act(unit, action, now);
        if (after != before) tell();
    }

    void act(Unit& unit, Action action, Time now) {
        switch (action) {
            case Action::none:
                return;
            case Action::spawn:
                return spawn(unit, now);
            case Action::announce:
                unit.last_answer = now;
                unit.next_probe = now + options_.alive_interval;
                return;
            case Action::terminate:
                terminate(*unit.running);
                unit.deadline = now + unit.service.stop_timeout;
                return;
            case Action::kill:
                base::log("supervise", unit.service.name + ": does not react, killing all of its processes");
                kill_all(*unit.running);
                unit.deadline = now + ask_again;
                return;
            case Action::delay:
                unit.delay = next_delay(options_.backoff, unit.delay, milliseconds_between(unit.started, now));
                unit.deadline = now + unit.delay;
                base::log("supervise", unit.service.name + ": ended with exit code " +
                                           std::to_string(unit.status.last_exit) + ", starting it again in " +
                                           std::to_string(unit.delay.count()) + " ms");
                return;
        }
    }

    void spawn(Unit& unit, Time now) {
        unit.started = now;
        unit.next_probe = now;
        unit.deadline = now + unit.service.start_timeout;
        if (unit.started_before) ++unit.status.restarts;
        unit.started_before = true;
        auto running = start(unit.service);
        if (running) {
            unit.running = std::move(*running);
            return;
        }
        base::log("supervise", running.error().text);
        unit.status.last_exit = 127;
        happen(unit, Event::exited, now);
    }

    // ---- what time brings ---------------------------------------------------------------------------------------

    void happen_by_time(Unit& unit, Time now) {
        if (unit.is_probed()) probe(unit, now);
        switch (unit.state()) {
            case State::waiting:
                if (!stopping_ && needs_are_ready(unit)) happen(unit, Event::needs_ready, now);
                return;
            case State::starting:
                if (now >= unit.deadline) happen(unit, Event::unanswered, now);
                return;
            case State::ready:
                if (now - unit.last_answer >= options_.unanswered_limit) happen(unit, Event::unanswered, now);
                return;
            case State::backoff:
                if (now >= unit.deadline) happen(unit, Event::delay_over, now);
                return;
            case State::stopping:
                if (now >= unit.deadline) happen(unit, Event::stop_timed_out, now);
                return;
            case State::failing:
            case State::stopped:
                return;
        }
    }

    void probe(Unit& unit, Time now) {
        if (unit.attempt) unit.attempt->advance(now);
        const auto& probes = unit.probes();
        while (unit.attempt && unit.attempt->state() == ProbeState::passed) {
            unit.attempt.reset();
            if (++unit.probe < probes.size()) begin_probe(unit, now);
        }
        if (unit.attempt && unit.attempt->state() == ProbeState::failed) {
            unit.attempt.reset();
            unit.next_probe =
                now + (unit.state() == State::starting ? options_.probe_retry : options_.alive_interval / 4);
        }
        if (unit.probe == probes.size()) return answered(unit, now);
        if (!unit.attempt && now >= unit.next_probe) begin_probe(unit, now);
    }

    void begin_probe(Unit& unit, Time now) {
        unit.attempt.emplace(unit.probes()[unit.probe], now + options_.probe_timeout);
        unit.attempt->advance(now);
    }

    void answered(Unit& unit, Time now) {
        unit.probe = 0;
        unit.last_answer = now;
        unit.next_probe = now + options_.alive_interval;
        if (unit.state() == State::starting) happen(unit, Event::probes_passed, now);
    }

    // ---- who depends on whom ------------------------------------------------------------------------------------

    bool needs_are_ready(const Unit& unit) const {
        return std::ranges::all_of(units_, [&](const Unit& other) {
            return std::ranges::find(unit.service.needs, other.service.name) == unit.service.needs.end() ||
                   other.state() == State::ready;
        });
    }

    bool is_needed(const Unit& unit) const {
        return std::ranges::any_of(units_, [&](const Unit& other) {
            return other.state() != State::stopped &&
                   std::ranges::find(other.service.needs, unit.service.name) != other.service.needs.end();
        });
    }

    void stop_the_unneeded(Time now) {
        for (auto unit = units_.rbegin(); unit != units_.rend(); ++unit)
            if (unit->state() != State::stopping && unit->state() != State::stopped && !is_needed(*unit))
                happen(*unit, Event::stop_requested, now);
    }

    bool all_stopped() const {
        return std::ranges::all_of(units_, [](const Unit& unit) { return unit.state() == State::stopped; });
    }

    void announce_all_ready() {
        if (announced_ || !status().all_ready()) return;
        announced_ = true;
        if (observer_.on_all_ready) observer_.on_all_ready();
    }

    Status status() const {
        Status status{.services = {}, .stopping = stopping_};
        for (const auto& unit : units_) status.services.push_back(unit.status);
        return status;
    }

    void tell() const {
        if (observer_.on_change) observer_.on_change(status());
    }

    // ---- waiting for the world ----------------------------------------------------------------------------------

    Time next_moment(const Unit& unit) const {
        Time moment = Time::max();
        const auto consider = [&](Time when) { moment = std::min(moment, when); };
        if (unit.is_probed()) consider(unit.attempt ? unit.attempt->deadline() : unit.next_probe);
        if (unit.state() == State::starting || unit.state() == State::backoff || unit.state() == State::stopping)
            consider(unit.deadline);
        if (unit.state() == State::ready) consider(unit.last_answer + options_.unanswered_limit);
        return moment;
    }

    int poll_timeout() const {
        Time moment = Time::max();
        for (const auto& unit : units_) moment = std::min(moment, next_moment(unit));
        if (moment == Time::max()) return -1;
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(moment - Clock::now()).count();
        return static_cast<int>(std::clamp<long long>(left, 0, 60'000));
    }

    void wait() {
        std::vector<pollfd> waiting = {{.fd = wake_.get(), .events = POLLIN, .revents = 0},
                                       {.fd = signals_.get(), .events = POLLIN, .revents = 0}};
        for (const auto& unit : units_) {
            if (unit.running && unit.running->log) waiting.push_back({unit.running->log.get(), POLLIN, 0});
            if (unit.running) waiting.push_back({unit.running->ended.get(), POLLIN, 0});
            if (unit.attempt) waiting.push_back(unit.attempt->wanted());
        }
        if (::poll(waiting.data(), waiting.size(), poll_timeout()) <= 0) return;
        if (waiting[0].revents != 0 || waiting[1].revents != 0) begin_stop();
        const auto is_ready = [&](const sys::UniqueFd& descriptor) {
            return std::ranges::any_of(
                waiting, [&](const pollfd& one) { return one.fd == descriptor.get() && one.revents != 0; });
        };
        for (auto& unit : units_) {
            if (unit.running && unit.running->log && is_ready(unit.running->log)) read_log(unit, most_per_turn);
            if (unit.running && is_ready(unit.running->ended)) ended(unit);
        }
    }

    void begin_stop() {
        std::uint64_t ignored;
        signalfd_siginfo signal;
        while (::read(wake_.get(), &ignored, sizeof ignored) > 0) {
        }
        while (::read(signals_.get(), &signal, sizeof signal) > 0) {
        }
        if (stopping_) return;
        stopping_ = true;
        base::log("supervise", "stopping all services");
        tell();
    }

    void read_log(Unit& unit, std::size_t limit) {
        char buffer[16 * 1024];
        const auto on_line = [&](std::string_view line) {
            if (observer_.on_line) observer_.on_line(unit.service.name, line);
        };
        for (std::size_t total = 0; total < limit;) {
            const ssize_t got = ::read(unit.running->log.get(), buffer, sizeof buffer);
            if (got < 0) return;
            if (got == 0) return unit.running->log.reset();  // everybody has closed it; polling it would never wait
            unit.lines.feed({buffer, static_cast<std::size_t>(got)}, on_line);
            total += static_cast<std::size_t>(got);
        }
    }

    void ended(Unit& unit) {
        if (unit.running->log) read_log(unit, 16 * most_per_turn);
        unit.lines.finish([&](std::string_view line) {
            if (observer_.on_line) observer_.on_line(unit.service.name, line);
        });
        unit.status.last_exit = reap(*unit.running);
        unit.running.reset();
        happen(unit, Event::exited, Clock::now());
    }

    Options options_;
    Observer observer_;
    const base::Clock& clock_;
    std::vector<Unit> units_;
    sys::UniqueFd wake_, signals_;
    bool stopping_ = false;
    bool announced_ = false;
};

Supervisor::Supervisor(std::unique_ptr<Loop> loop) : loop_(std::move(loop)) {}
Supervisor::Supervisor(Supervisor&&) noexcept = default;
Supervisor::~Supervisor() = default;

base::Result<Supervisor> Supervisor::create(std::vector<Service> services, Options options, Observer observer,
                                            const base::Clock& clock) {
    auto ordered = start_order(std::move(services));
    if (!ordered) return base::context("cannot order the services", ordered.error());
    return Supervisor(std::make_unique<Loop>(std::move(*ordered), options, std::move(observer), clock));
}

void Supervisor::run() {
    loop_->run();
}
void Supervisor::request_stop() {
    loop_->request_stop();
}

}  // namespace supervise
