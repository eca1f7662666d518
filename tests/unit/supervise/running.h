#pragma once
/// A supervisor at work in a thread of its own, and what it has told so far.
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "supervise/supervisor.h"

namespace tests {

/// Everything that takes seconds in the product, in milliseconds.
inline supervise::Options fast() {
    using std::chrono::milliseconds;
    return {.backoff = {.initial = milliseconds(1), .limit = milliseconds(4)},
            .probe_retry = milliseconds(1),
            .probe_timeout = milliseconds(2'000),
            .alive_interval = milliseconds(5),
            .unanswered_limit = 3};
}

/// A service of one shell script.
inline supervise::Service shell(std::string name, std::string script, std::vector<std::string> needs = {}) {
    return {.name = std::move(name), .argv = {"sh", "-c", std::move(script)}, .needs = std::move(needs)};
}

/// Says "up", and "down" when it is asked to stop.
inline supervise::Service polite(std::string name, std::vector<std::string> needs = {}) {
    return shell(std::move(name), "trap 'echo down; exit 0' TERM; echo up; while :; do sleep 1000 & wait; done",
                 std::move(needs));
}

class RunningSupervisor {
  public:
    explicit RunningSupervisor(std::vector<supervise::Service> services, supervise::Options options = fast()) {
        supervise::Observer observer;
        observer.on_line = [this](std::string_view service, std::string_view line) {
            const std::lock_guard lock(mutex_);
            auto text = std::string(service) + ": " + std::string(line);
            if (!lines_.empty() && lines_.back() == text) return;  // a flood is not worth keeping
            lines_.push_back(std::move(text));
            changed_.notify_all();
        };
        observer.on_change = [this](const supervise::Status& status) {
            const std::lock_guard lock(mutex_);
            history_.push_back(status);
            changed_.notify_all();
        };
        observer.on_all_ready = [this] {
            const std::lock_guard lock(mutex_);
            ++times_ready_;
        };
        auto created = supervise::Supervisor::create(std::move(services), options, std::move(observer), clock_);
        REQUIRE_MESSAGE(created, created.error().text);
        supervisor_.emplace(std::move(*created));
        thread_ = std::thread([this] { supervisor_->run(); });
    }
    ~RunningSupervisor() {
        if (thread_.joinable()) stop();
    }

    void request_stop() { supervisor_->request_stop(); }
    void stop() {
        supervisor_->request_stop();
        thread_.join();
    }

    /// Waits until `condition` holds; gives up, and fails the test, only when it never will.
    void wait_until(const std::function<bool()>& condition) {
        std::unique_lock lock(mutex_);
        const bool holds = changed_.wait_for(lock, std::chrono::seconds(30), condition);
        if (holds) return;
        for (const auto& line : lines_) MESSAGE(line);
        FAIL("the supervisor never came to what the test waits for");
    }
    void wait_until_ready() {
        wait_until([&] { return !history_.empty() && history_.back().all_ready(); });
    }
    /// Waits for a line "<service>: <text>".
    void wait_for_line(const std::string& line) {
        wait_until([&] { return has_line(line); });
    }
    /// Waits for a line that begins with `prefix`, and returns the number behind it.
    int wait_for_number(const std::string& prefix) {
        const auto begins = [&](const std::string& line) { return line.starts_with(prefix); };
        wait_until([&] { return std::ranges::any_of(lines_, begins); });
        const std::lock_guard lock(mutex_);
        return std::stoi(std::ranges::find_if(lines_, begins)->substr(prefix.size()));
    }
    /// Waits until the service is ready in its run number `restarts`.
    void wait_for_restart(const std::string& name, int restarts) {
        wait_until([&] { return now(name).restarts >= restarts && now(name).state == supervise::State::ready; });
    }

    std::vector<std::string> lines() {
        const std::lock_guard lock(mutex_);
        return lines_;
    }
    std::vector<supervise::Status> history() {
        const std::lock_guard lock(mutex_);
        return history_;
    }
    int times_ready() {
        const std::lock_guard lock(mutex_);
        return times_ready_;
    }
    supervise::ServiceStatus status(const std::string& name) {
        const std::lock_guard lock(mutex_);
        return now(name);
    }

    // For conditions, which run under the lock.
    bool has_line(const std::string& line) const { return std::ranges::contains(lines_, line); }
    supervise::ServiceStatus now(const std::string& name) const {
        if (history_.empty()) return {};
        return *std::ranges::find(history_.back().services, name, &supervise::ServiceStatus::name);
    }

  private:
    base::RealClock clock_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::string> lines_;
    std::vector<supervise::Status> history_;
    int times_ready_ = 0;
    std::optional<supervise::Supervisor> supervisor_;
    std::thread thread_;
};

}  // namespace tests
