#include "trace/recorder.h"

#include <algorithm>
#include <format>

#include "base/log.h"

namespace trace {
namespace {

/// Events within this time share a commit.
constexpr std::chrono::milliseconds gathering{500};
/// After the disk refused, before it is asked again.
constexpr std::chrono::seconds pause{10};
/// Some 50 MB at worst, when all lines are as long as they can be; a server that is flooded or has no disk loses the
/// rest of its past.
constexpr std::size_t most_pending = 20'000;
/// One transaction; readers see what came before it meanwhile.
constexpr std::size_t most_at_once = 5'000;
constexpr std::chrono::minutes tidying{10};

}  // namespace

Recorder::Recorder(std::filesystem::path file, Retention retention, const base::Clock& clock)
    : file_(std::move(file)),
      retention_(retention),
      clock_(clock),
      thread_([this](const std::stop_token& stop) { work(stop); }) {}

Recorder::~Recorder() {
    thread_.request_stop();
    thread_.join();
    take();
    while (!facts_.empty() && write()) {
    }
}

void Recorder::record(const maillog::Entry& entry) {
    const Moment now = Moment{clock_.now().time_since_epoch().count()} * 1'000'000;
    const std::lock_guard lock(mutex_);
    if (pending_.size() >= most_pending) {
        ++lost_;
        return;
    }
    last_ = std::max(last_ + 1, now);
    pending_.emplace_back(last_, entry);
    filled_.notify_one();
}

void Recorder::work(const std::stop_token& stop) {
    const auto never = [] { return false; };
    while (!stop.stop_requested()) {
        {
            std::unique_lock lock(mutex_);
            if (facts_.empty() &&
                !filled_.wait_for(lock, stop, std::chrono::minutes(tidying), [this] { return !pending_.empty(); }) &&
                stop.stop_requested())
                return;
            std::condition_variable_any nothing;
            if (facts_.empty() || in_trouble_)
                nothing.wait_for(lock, stop, in_trouble_ ? std::chrono::milliseconds(pause) : gathering, never);
        }
        if (facts_.size() < most_pending) take();
        auto written = write();
        if (written && facts_.empty()) written = tidy(stop);
        if (!written && !in_trouble_) base::log("trace", std::format("events wait: {}", written.error().text));
        if (written && in_trouble_) base::log("trace", "events are written again");
        in_trouble_ = !written;
        // Whatever is wrong with the file, the next look at it may find or mend it.
        if (!written) store_.reset();
    }
}

void Recorder::take() {
    Pending pending;
    std::size_t lost = 0;
    {
        const std::lock_guard lock(mutex_);
        pending = std::exchange(pending_, {});
        lost = std::exchange(lost_, 0);
    }
    for (const auto& [moment, entry] : pending)
        if (auto fact = assembler_.read(entry, moment)) facts_.push_back(std::move(*fact));
    if (lost > 0) base::log("trace", std::format("{} events came too quickly and are lost", lost));
}

base::Result<> Recorder::write() {
    if (!store_) {
        auto store = Store::open(file_);
        if (!store) return std::unexpected(store.error());
        store_.emplace(std::move(*store));
    }
    const auto count = std::min(facts_.size(), most_at_once);
    if (count == 0) return {};
    if (auto added = store_->add(std::span(facts_).first(count)); !added) return added;
    facts_.erase(facts_.begin(), facts_.begin() + static_cast<std::ptrdiff_t>(count));
    return {};
}

base::Result<> Recorder::tidy(const std::stop_token& stop) {
    const auto now = clock_.now();
    if (now < next_tidying_) return {};
    while (!stop.stop_requested()) {
        const auto more = store_->tidy(now - retention_.days, retention_.octets);
        if (!more) return std::unexpected(more.error());
        if (!*more) break;
    }
    next_tidying_ = now + tidying;
    return {};
}

}  // namespace trace
