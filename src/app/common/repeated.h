#pragma once
/// Housekeeping: work done again and again in a thread of its own.
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

namespace app {

/// When work is due: the first time, and how long after each end it is again.
struct Rhythm {
    std::chrono::seconds first, interval;
};

/// Does `work` in this rhythm until it goes out of scope. Work that takes long must end when its token says so.
class Repeated {
  public:
    Repeated(Rhythm rhythm, std::function<void(const std::stop_token&)> work)
        : thread_([this, rhythm, work = std::move(work)](const std::stop_token& stop) {
              std::unique_lock lock(mutex_);
              for (auto pause = rhythm.first;; pause = rhythm.interval) {
                  wake_.wait_for(lock, stop, pause, [this] { return woken_; });
                  if (stop.stop_requested()) return;
                  woken_ = false;
                  work(stop);
              }
          }) {}

    /// Lets the work be done now, beside the caller; the pause after it is as long as ever. False when it is being
    /// done.
    bool wake() {
        const std::unique_lock lock(mutex_, std::try_to_lock);
        if (!lock) return false;
        woken_ = true;
        wake_.notify_one();
        return true;
    }

  private:
    std::mutex mutex_;  ///< held while the work is done
    bool woken_ = false;
    std::condition_variable_any wake_;
    std::jthread thread_;  // last: it uses the others, and is joined first
};

}  // namespace app
