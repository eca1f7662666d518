#pragma once
/// Starts services in the order of their needs, watches them, restarts what fails, stops them in reverse order. It
/// knows services, not mail. One thread (the caller of run()) owns everything; the other functions may be called from
/// any thread. What to do when is the table in state.h.
///
/// A service that fails is restarted alone: what needs it keeps running meanwhile and finds it again.
#include <chrono>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "supervise/backoff.h"
#include "supervise/service.h"
#include "supervise/status.h"

namespace supervise {

struct Options {
    Backoff backoff;
    std::chrono::milliseconds probe_retry{25};         ///< between rounds of probes of a service that is starting
    std::chrono::milliseconds probe_timeout{5'000};    ///< for one probe
    std::chrono::milliseconds alive_interval{10'000};  ///< between rounds of probes of a ready service
    int unanswered_limit = 3;  ///< so many rounds in a row without an answer: it hangs, is killed and restarted
};

/// Told what happens, on the thread of run(); must return quickly.
struct Observer {
    std::function<void(std::string_view service, std::string_view line)> on_line;
    std::function<void(const Status&)> on_change;
    std::function<void()> on_all_ready;  ///< once, when every vital service has been ready at the same time
};

/// The services in an order in which each comes after those it needs. Unknown needs, equal names and cycles are errors
/// that name them.
base::Result<std::vector<Service>> start_order(std::vector<Service> services);

class Supervisor {
  public:
    static base::Result<Supervisor> create(std::vector<Service> services, Options options, Observer observer,
                                           const base::Clock& clock);
    Supervisor(Supervisor&&) noexcept;
    ~Supervisor();

    /// Runs until everything is stopped after request_stop(), SIGTERM or SIGINT. The caller must have these two
    /// signals blocked in all threads (sys::block_stop_signals()). The thread must not end before this returns: to the
    /// kernel it is the parent of the services, and they are killed when it ends.
    /// True when a signal asked for the stop, false when only request_stop() did.
    bool run();

    /// Begins the ordered stop.
    void request_stop();

  private:
    class Loop;
    explicit Supervisor(std::unique_ptr<Loop> loop);
    std::unique_ptr<Loop> loop_;
};

}  // namespace supervise
