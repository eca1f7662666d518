#include "policy/login_guard.h"

#include <format>

#include "base/log.h"
#include "base/text.h"

namespace policy {
namespace {

std::string line_of(const BanChange& change) {
    const auto& ban = change.ban;
    const auto whom = base::printable(ban.subject());
    if (!change.began) return std::format("logins allowed again: {}: a user logged in from there", whom);
    return std::format("login refused: {} until {:%F %T} UTC: {}", whom, *ban.until, ban.reason);
}

}  // namespace

LoginGuard::LoginGuard(LoginPolicyOptions options, logins::BanStore bans, const std::vector<logins::Place>& places,
                       const base::Clock& clock)
    : policy_(std::move(options)), bans_(std::move(bans)), clock_(clock) {
    for (const auto& place : places) policy_.trust(place.account, place.network, place.time);
}

Verdict LoginGuard::decide(const Attempt& attempt) {
    const std::lock_guard lock(mutex_);
    read_bans();
    const auto verdict = policy_.decide(attempt, clock_.now());
    write_changes();
    return verdict;
}

std::optional<logins::Login> LoginGuard::learn(const Outcome& outcome) {
    const std::lock_guard lock(mutex_);
    auto login = policy_.learn(outcome, clock_.now());
    write_changes();
    if (watch_.outcome) watch_.outcome(outcome);
    return login;
}

void LoginGuard::watch(LoginWatch watch) {
    const std::lock_guard lock(mutex_);
    watch_ = std::move(watch);
}

void LoginGuard::read_bans() {
    const auto version = bans_.version();
    if (!version) return tell_trouble(version.error());
    if (version_ == *version) return;
    auto bans = bans_.all(clock_.now());
    if (!bans) return tell_trouble(bans.error());
    version_ = *version;
    bans->insert(bans->end(), unwritten_.begin(), unwritten_.end());
    policy_.set_bans(*bans, clock_.now());
}

void LoginGuard::write_changes() {
    for (const auto& change : policy_.take_changes()) {
        base::log("policy", line_of(change));
        if (!change.began) {
            std::erase(unwritten_, change.ban);
            if (const auto gone = bans_.remove(change.ban); !gone) tell_trouble(gone.error());
            continue;
        }
        if (watch_.ban) watch_.ban();
        const auto written = bans_.add(change.ban, clock_.now());
        if (written) {
            in_trouble_ = false;
        } else if (written.error().kind != base::ErrorKind::exists) {
            tell_trouble(written.error());
            std::erase_if(unwritten_, [&](const auto& ban) { return !ban.in_force(clock_.now()); });
            unwritten_.push_back(change.ban);
        }
    }
}

void LoginGuard::tell_trouble(const base::Error& error) {
    if (!in_trouble_) base::log("policy", "bans are in memory only: " + error.text);
    in_trouble_ = true;
}

}  // namespace policy
