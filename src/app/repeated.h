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
                  wake_.wait_for(lock, stop, pause, [] { return false; });
                  if (stop.stop_requested()) return;
                  work(stop);
              }
          }) {}

  private:
    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::jthread thread_;  // last: it uses the others, and is joined first
};

}  // namespace app
