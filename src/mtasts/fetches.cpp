#include "mtasts/fetches.h"

namespace mtasts {
namespace {

constexpr std::chrono::minutes pause{5};
/// More at the same time is an attack, or a mailing that can do without.
constexpr std::size_t most_under_way = 256;
constexpr std::size_t most_in_vain = 10'000;

}  // namespace

Fetches::Fetches(const base::Clock& clock, Work work, int threads) : clock_(clock), work_(std::move(work)) {
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this](const std::stop_token& stop) { serve(stop); });
}

bool Fetches::may_begin(const std::string& domain) {
    if (under_way_.size() >= most_under_way) return false;
    const auto failed = in_vain_.find(domain);
    return failed == in_vain_.end() || clock_.now() >= failed->second + pause || clock_.now() < failed->second;
}

void Fetches::run(const std::string& domain, const std::string& id, std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    if (!under_way_.contains(domain)) {
        if (!may_begin(domain)) return;
        under_way_.insert(domain);
        waiting_.emplace_back(domain, id);
        changed_.notify_all();
    }
    changed_.wait_for(lock, patience, [&] { return !under_way_.contains(domain); });
}

void Fetches::serve(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (changed_.wait(lock, stop, [this] { return !waiting_.empty(); })) {
        const auto [domain, id] = waiting_.front();
        waiting_.pop_front();
        lock.unlock();
        const bool done = work_(domain, id, stop);
        lock.lock();
        under_way_.erase(domain);
        if (done) {
            in_vain_.erase(domain);
        } else {
            if (in_vain_.size() >= most_in_vain) in_vain_.clear();
            in_vain_[domain] = clock_.now();
        }
        changed_.notify_all();
    }
}

}  // namespace mtasts
