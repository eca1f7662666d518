#include "supervise/supervisor.h"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>

#include "base/log.h"
#include "supervise/unit.h"

namespace supervise {

class Supervisor::Loop {
  public:
    Loop(std::vector<Service> services, Options options, Observer observer, const base::Clock& clock)
        : options_(options),
          observer_(std::move(observer)),
          clock_(clock),
          wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
        sigset_t signals;
        sigemptyset(&signals);
        sigaddset(&signals, SIGTERM);
        sigaddset(&signals, SIGINT);
        signals_.reset(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
        for (auto& service : services)
            units_.emplace_back(
                std::move(service), options_,
                [this](std::string_view name, std::string_view line) {
                    if (observer_.on_line) observer_.on_line(name, line);
                },
                clock_);
        status_.started = clock.now();
    }

    bool run() {
        do {
            wait();
            const Time now = Unit::Clock::now();
            for (auto& unit : units_) {
                unit.advance(now);
                if (unit.state() == State::waiting && !status_.stopping && needs_are_ready(unit))
                    unit.happen(Event::needs_ready, now);
            }
            if (status_.stopping) stop_the_unneeded(now);
            tell();
        } while (!all_stopped());
        return signalled_;
    }

    void request_stop() {
        const std::uint64_t one = 1;
        [[maybe_unused]] const auto written = ::write(wake_.get(), &one, sizeof one);
    }

  private:
    using Time = Unit::Time;

    bool needs_are_ready(const Unit& unit) const {
        return std::ranges::all_of(
            units_, [&](const Unit& other) { return other.state() == State::ready || !needs(unit, other); });
    }

    /// In reverse order, so that one turn reaches everything that never ran.
    void stop_the_unneeded(Time now) {
        for (auto unit = units_.rbegin(); unit != units_.rend(); ++unit) {
            const bool is_needed = std::ranges::any_of(
                units_, [&](const Unit& other) { return other.state() != State::stopped && needs(other, *unit); });
            if (!is_needed && unit->state() != State::stopping && unit->state() != State::stopped)
                unit->happen(Event::stop_requested, now);
        }
    }

    static bool needs(const Unit& unit, const Unit& other) {
        return std::ranges::contains(unit.service().needs, other.service().name);
    }

    bool all_stopped() const {
        return status_.stopping &&
               std::ranges::all_of(units_, [](const Unit& unit) { return unit.state() == State::stopped; });
    }

    void tell() {
        Status now = status_;
        now.services.clear();
        for (const auto& unit : units_) now.services.push_back(unit.status());
        const bool first_time_ready = now.all_ready() && !now.ready_at;
        if (first_time_ready) now.ready_at = clock_.now();
        if (told_ && now == status_) return;
        status_ = now;
        told_ = true;
        if (observer_.on_change) observer_.on_change(status_);
        if (first_time_ready && observer_.on_all_ready) observer_.on_all_ready();
    }

    void wait() {
        Time moment = Time::max();
        std::vector<pollfd> waiting = {{.fd = wake_.get(), .events = POLLIN, .revents = 0},
                                       {.fd = signals_.get(), .events = POLLIN, .revents = 0}};
        for (const auto& unit : units_) {
            unit.watch(waiting);
            moment = std::min(moment, unit.next_moment());
        }
        int timeout = -1;
        if (!told_)
            timeout = 0;  // the first turn starts what needs nothing
        else if (moment != Time::max())
            timeout = static_cast<int>(std::clamp<long long>(
                std::chrono::ceil<std::chrono::milliseconds>(moment - Unit::Clock::now()).count(), 0, 60'000));
        if (::poll(waiting.data(), waiting.size(), timeout) <= 0) return;
        if (waiting[0].revents != 0 || waiting[1].revents != 0) begin_stop();
    }

    void begin_stop() {
        std::uint64_t count;
        signalfd_siginfo signal;
        while (::read(wake_.get(), &count, sizeof count) > 0) {
        }
        while (::read(signals_.get(), &signal, sizeof signal) > 0) signalled_ = true;
        if (!status_.stopping) base::log("supervise", "stopping all services");
        status_.stopping = true;
        told_ = false;
    }

    Options options_;
    Observer observer_;
    const base::Clock& clock_;
    std::vector<Unit> units_;
    sys::UniqueFd wake_, signals_;
    bool signalled_ = false;
    Status status_;      ///< as it was told last
    bool told_ = false;  ///< false also when it has changed by more than the units
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

bool Supervisor::run() {
    return loop_->run();
}
void Supervisor::request_stop() {
    loop_->request_stop();
}

}  // namespace supervise
