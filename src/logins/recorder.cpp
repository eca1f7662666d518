#include "logins/recorder.h"

#include <format>

#include "base/log.h"

namespace logins {
namespace {

/// Logins within this time share a commit.
constexpr std::chrono::milliseconds gathering{500};
/// After the disk refused, before it is asked again.
constexpr std::chrono::seconds pause{10};
/// Some 20 MB, when every account of a very large server logs in while the disk is full.
constexpr std::size_t most_pending = 100'000;

}  // namespace

bool Pending::add(Login login) {
    auto key = std::pair(std::move(login.account), std::move(login.app_password));
    const auto known = last_.find(key);
    if (known != last_.end()) {
        if (known->second.time <= login.visit.time) known->second = std::move(login.visit);
        return true;
    }
    if (last_.size() >= most_) return false;
    last_.emplace(std::move(key), std::move(login.visit));
    return true;
}

std::vector<Login> Pending::all() const {
    std::vector<Login> logins;
    logins.reserve(last_.size());
    for (const auto& [key, visit] : last_)
        logins.push_back({.account = key.first, .app_password = key.second, .visit = visit});
    return logins;
}

Recorder::Recorder(Store store)
    : pending_(most_pending), store_(std::move(store)), thread_([this](const std::stop_token& stop) { work(stop); }) {}

Recorder::~Recorder() {
    thread_.request_stop();
    thread_.join();
    write();
}

void Recorder::record(Login login) {
    const std::lock_guard lock(mutex_);
    pending_.add(std::move(login));
    filled_.notify_one();
}

void Recorder::work(const std::stop_token& stop) {
    const auto never = [] { return false; };
    while (!stop.stop_requested()) {
        {
            std::unique_lock lock(mutex_);
            if (!filled_.wait(lock, stop, [this] { return !pending_.empty(); })) return;
            std::condition_variable_any nothing;
            nothing.wait_for(lock, stop, in_trouble_ ? std::chrono::milliseconds(pause) : gathering, never);
        }
        write();
    }
}

void Recorder::write() {
    std::vector<Login> logins;
    {
        const std::lock_guard lock(mutex_);
        logins = pending_.all();
        pending_.clear();
    }
    if (logins.empty()) return;
    const auto kept = store_.keep(logins);
    if (!kept) {
        const std::lock_guard lock(mutex_);
        for (auto& login : logins) pending_.add(std::move(login));
        if (!in_trouble_) base::log("logins", std::format("last logins wait: {}", kept.error().text));
    } else if (in_trouble_) {
        base::log("logins", "last logins are written again");
    }
    in_trouble_ = !kept;
}

}  // namespace logins
