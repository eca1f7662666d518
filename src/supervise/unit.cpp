#include "supervise/unit.h"

#include <unistd.h>

#include <algorithm>
#include <format>

#include "base/log.h"

namespace supervise {
namespace {

/// What one service may write per turn of the loop, so that its flood leaves the others their turn.
constexpr std::size_t most_per_turn = 64 * 1024;

/// More than a pipe can hold: what an ended service had written is read to its last line.
constexpr int most_turns_at_end = 16;

}  // namespace

Unit::Unit(Service service, const Options& options, OnLine on_line, const base::Clock& clock)
    : service_(std::move(service)), options_(&options), on_line_(std::move(on_line)), clock_(&clock) {
    status_.name = service_.name;
    status_.vital = service_.vital;
    status_.since = clock.now();
}

// ---- the table's events and actions ---------------------------------------------------------------------------------

void Unit::happen(Event event, Time now) {
    const State before = state();
    const auto [after, action] = next(before, event);
    status_.state = after;
    if (after != before) {
        status_.since = clock_->now();
        deadline_.reset();
        round_.reset();
    }
    act(action, now);
}

void Unit::act(Action action, Time now) {
    switch (action) {
        case Action::none:
            return;
        case Action::spawn:
            return spawn(now);
        case Action::announce:
            ready_ = now;
            unanswered_ = 0;
            return;
        case Action::terminate:
            terminate(*running_);
            deadline_ = now + service_.stop_timeout;
            return;
        case Action::kill:
            remark("does not react, killing all of its processes");
            kill_all(*running_);
            deadline_.reset();
            return;
        case Action::delay: {
            const auto stayed_up =
                ready_ ? std::chrono::floor<std::chrono::milliseconds>(now - *ready_) : std::chrono::milliseconds(0);
            delay_ = next_delay(options_->backoff, delay_, stayed_up);
            deadline_ = now + delay_;
            remark(std::format("ended with exit code {}, starting it again in {} ms", status_.last_exit.value_or(0),
                               delay_.count()));
            return;
        }
    }
}

void Unit::spawn(Time now) {
    ready_.reset();
    next_round_ = now;
    deadline_ = now + service_.start_timeout;
    if (started_before_) ++status_.restarts;
    started_before_ = true;
    auto running = start(service_);
    if (running) {
        status_.pid = running->program;
        running_ = std::move(*running);
        return;
    }
    remark(running.error().text);
    status_.last_exit = 127;
    happen(Event::exited, now);
}

void Unit::remark(std::string_view text) const {
    base::log("supervise", std::format("{}: {}", service_.name, text));
}

// ---- what the world and time bring ----------------------------------------------------------------------------------

void Unit::advance(Time now) {
    if (running_) take_up_end(now);
    if (is_probed()) probe(now);
    if (deadline_ && now >= *deadline_) take_up_deadline(now);
}

void Unit::take_up_end(Time now) {
    // In this order: what was written before the end is in the pipe when the end is seen.
    const auto exit_code = reap(*running_);
    const bool more = read_log();
    if (!exit_code) return;
    for (int turn = 0; more && turn < most_turns_at_end && read_log(); ++turn) {
    }
    lines_.finish([&](std::string_view line) { on_line_(service_.name, line); });
    status_.last_exit = *exit_code;
    status_.pid = 0;
    running_.reset();
    happen(Event::exited, now);
}

bool Unit::read_log() {
    char buffer[16 * 1024];
    for (std::size_t total = 0; total < most_per_turn;) {
        const ssize_t got = ::read(running_->log.get(), buffer, sizeof buffer);
        if (got <= 0) return false;
        lines_.feed({buffer, static_cast<std::size_t>(got)},
                    [&](std::string_view line) { on_line_(service_.name, line); });
        total += static_cast<std::size_t>(got);
    }
    return true;
}

void Unit::take_up_deadline(Time now) {
    switch (state()) {
        case State::starting:
            return happen(Event::unanswered, now);
        case State::backoff:
            return happen(Event::delay_over, now);
        case State::stopping:
            return happen(Event::stop_timed_out, now);
        case State::waiting:
        case State::ready:
        case State::failing:
        case State::stopped:
            deadline_.reset();
    }
}

void Unit::probe(Time now) {
    if (!round_) {
        if (now < next_round_) return;
        const bool asks_alive = state() == State::ready && !service_.alive.empty();
        round_.emplace(asks_alive ? service_.alive : service_.ready, options_->probe_timeout);
        round_began_ = now;
    }
    const ProbeState outcome = round_->advance(now);
    if (outcome == ProbeState::running) return;
    round_.reset();
    const bool starting = state() == State::starting, passed = outcome == ProbeState::passed;
    next_round_ = starting && !passed ? now + options_->probe_retry
                                      : std::max(now + options_->probe_retry, round_began_ + options_->alive_interval);
    if (starting && passed) return happen(Event::probes_passed, now);
    unanswered_ = starting || passed ? 0 : unanswered_ + 1;
    if (unanswered_ >= options_->unanswered_limit * service_.patience) happen(Event::unanswered, now);
}

// ---- waiting --------------------------------------------------------------------------------------------------------

void Unit::watch(std::vector<pollfd>& waiting) const {
    if (running_) {
        waiting.push_back({.fd = running_->ended.get(), .events = POLLIN, .revents = 0});
        waiting.push_back({.fd = running_->log.get(), .events = POLLIN, .revents = 0});
    }
    if (round_) waiting.push_back(round_->wanted());
}

Unit::Time Unit::next_moment() const {
    Time moment = deadline_.value_or(Time::max());
    if (is_probed()) moment = std::min(moment, round_ ? round_->deadline() : next_round_);
    return moment;
}

}  // namespace supervise
