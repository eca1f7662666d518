#pragma once
/// The engines' log events on their way to the store: never keeps the log waiting, and writes many at a time.
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "maillog/line.h"
#include "trace/assembler.h"
#include "trace/store.h"

namespace trace {

struct Retention {
    std::chrono::days days{30};
    std::int64_t octets = 256 * 1024 * 1024;
};

/// A kill loses the last half second. While the disk does not take events they wait, up to a number; trouble is logged
/// when it begins and when it ends. At work until destruction, which writes what is left.
class Recorder {
  public:
    /// `clock` must outlive the object.
    Recorder(std::filesystem::path file, Retention retention, const base::Clock& clock);
    ~Recorder();
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;

    /// From any thread; never waits.
    void record(const maillog::Entry& entry);

  private:
    using Pending = std::vector<std::pair<Moment, maillog::Entry>>;

    void work(const std::stop_token& stop);
    void take();
    base::Result<> write();
    base::Result<> tidy(const std::stop_token& stop);

    const std::filesystem::path file_;
    const Retention retention_;
    const base::Clock& clock_;

    std::mutex mutex_;
    std::condition_variable_any filled_;
    Pending pending_;
    std::size_t lost_ = 0;
    Moment last_ = 0;

    // The thread's own.
    std::optional<Store> store_;
    Assembler assembler_;
    std::vector<Fact> facts_;  ///< read and not yet written
    base::SystemTime next_tidying_{};
    bool in_trouble_ = false;
    std::jthread thread_;  // last: it uses the others
};

}  // namespace trace
