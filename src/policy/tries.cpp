#include "policy/tries.h"

#include <algorithm>

namespace policy {

void Tries::note(std::uint64_t password, State state, base::SystemTime now, std::size_t most) {
    const auto known = std::ranges::find(tries_, password, &Try::password);
    if (known == tries_.end()) {
        if (tries_.size() >= most) return;
        tries_.push_back({.password = password, .time = now, .state = state});
        if (state == State::undecided) ++undecided_;
    } else if (known->state == State::undecided && state == State::wrong) {
        known->state = state;
        --undecided_;
    }
}

void Tries::take_back(std::uint64_t password) {
    const auto known = std::ranges::find(tries_, password, &Try::password);
    if (known == tries_.end()) return;
    if (known->state == State::undecided) --undecided_;
    tries_.erase(known);
}

void Tries::prune(base::SystemTime now) {
    if (now == pruned_) return;
    pruned_ = now;
    // A clock that was set back starts the day anew for what is in the future.
    for (auto& one : tries_) one.time = std::min(one.time, now);
    std::erase_if(tries_, [&](const Try& one) {
        return now - one.time >= (one.state == State::undecided ? std::chrono::seconds(patience) : memory);
    });
    undecided_ = static_cast<unsigned>(std::ranges::count(tries_, State::undecided, &Try::state));
}

bool Tries::is_wrong(std::uint64_t password) const {
    const auto known = std::ranges::find(tries_, password, &Try::password);
    return known != tries_.end() && known->state == State::wrong;
}

}  // namespace policy
