#include "web/rate_limit.h"

#include <algorithm>
#include <vector>

#include "base/ip.h"
#include "crypto/digest.h"

namespace web {
namespace {

/// Hashed, so that a long name takes no more room than a short one.
struct Keys {
    std::string pair, network, account;
    Keys(std::string_view name, std::string_view client)
        : pair("p" + crypto::sha256(network_of(client) + ' ' + std::string(name))),
          network("n" + crypto::sha256(network_of(client))),
          account("a" + crypto::sha256(name)) {}
};

}  // namespace

std::string network_of(std::string_view client) {
    const auto address = base::IpAddress::parse(client);
    if (!address) return std::string(client);
    if (address->is_v4()) return address->str();
    return "/64 " + crypto::hex(std::string(address->octets().begin(), address->octets().begin() + 8));
}

unsigned LoginLimits::failures(const std::string& key) const {
    const auto found = counters_.find(key);
    return found == counters_.end() || clock_.now() - found->second.last > memory ? 0 : found->second.failures;
}

/// What is left of the wait after the last failure: 1 s for the first that was not free, then doubled.
std::chrono::seconds LoginLimits::wait(const std::string& key, unsigned free) const {
    using std::chrono::seconds;
    const unsigned failed = failures(key);
    if (failed < free) return seconds(0);
    const auto whole = std::min(longest_wait, seconds(1LL << std::min(failed - free, 20U)));
    return std::clamp(counters_.at(key).last + whole - clock_.now(), seconds(0), longest_wait);
}

void LoginLimits::count(const std::string& key) {
    const unsigned before = failures(key);
    counters_.insert_or_assign(key, Counter{.failures = before + 1, .last = clock_.now()});
}

void LoginLimits::take_back(const std::string& key) {
    const auto found = counters_.find(key);
    if (found != counters_.end() && --found->second.failures == 0) counters_.erase(found);
}

/// At the limit the older half goes at once, so that a flood of new networks costs little for each.
void LoginLimits::make_room() {
    if (counters_.size() + 3 <= most_) return;
    std::vector<base::SystemTime> times;
    for (const auto& [key, counter] : counters_) times.push_back(counter.last);
    const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
    std::ranges::nth_element(times, middle);
    const auto to_drop = static_cast<std::size_t>(middle - times.begin());
    std::size_t dropped = 0;
    std::erase_if(counters_, [&](const auto& entry) { return entry.second.last <= *middle && dropped++ < to_drop; });
}

std::optional<std::chrono::seconds> LoginLimits::refuse(std::string_view account, std::string_view client) {
    const Keys keys(account, client);
    const std::scoped_lock lock(mutex_);
    const unsigned free = failures(keys.account) < many_failures ? free_tries : free_tries_under_fire;
    const auto left = std::max(wait(keys.pair, free), wait(keys.network, free_network_tries));
    if (left > std::chrono::seconds(0)) return left;
    make_room();
    for (const auto& key : {keys.pair, keys.network, keys.account}) count(key);
    return std::nullopt;
}

void LoginLimits::succeeded(std::string_view account, std::string_view client) {
    const Keys keys(account, client);
    const std::scoped_lock lock(mutex_);
    counters_.erase(keys.pair);
    take_back(keys.network);
    take_back(keys.account);
}

std::size_t LoginLimits::size() {
    const std::scoped_lock lock(mutex_);
    return counters_.size();
}

}  // namespace web
