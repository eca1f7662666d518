#include "metrics/login_figures.h"

#include <algorithm>

namespace metrics {
namespace {

constexpr std::chrono::hours memory{1};
constexpr std::size_t most_networks = 10'000;

}  // namespace

void LoginFigures::count(const std::string& protocol, const std::string& client, bool accepted, base::SystemTime now) {
    const Labels labels{std::ranges::contains(login_protocols, protocol) ? protocol : "web"};
    if (accepted) return registry_.add("mailserver_logins_total", labels);
    registry_.add("mailserver_login_failures_total", labels);
    const auto address = base::IpAddress::parse(client);
    if (!address) return;
    const std::lock_guard lock(mutex_);
    if (failing_.size() >= most_networks) forget_old(now);
    if (failing_.size() < most_networks) failing_[base::IpNetwork::of_one_client(*address)] = now;
}

void LoginFigures::refresh(base::SystemTime now) {
    const std::lock_guard lock(mutex_);
    forget_old(now);
    registry_.set("mailserver_login_failing_networks", static_cast<double>(failing_.size()));
}

void LoginFigures::forget_old(base::SystemTime now) {
    std::erase_if(failing_, [&](const auto& one) { return one.second + memory <= now; });
}

}  // namespace metrics
