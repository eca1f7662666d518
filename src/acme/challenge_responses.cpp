#include "acme/challenge_responses.h"

namespace acme {

std::optional<std::string> ChallengeResponses::find(std::string_view token) const {
    const std::lock_guard lock(mutex_);
    const auto found = responses_.find(token);
    return found == responses_.end() ? std::nullopt : std::optional(found->second);
}

ChallengeResponses::Held ChallengeResponses::hold(std::string token, std::string response) {
    const std::lock_guard lock(mutex_);
    responses_.insert_or_assign(token, std::move(response));
    return Held(*this, std::move(token));
}

ChallengeResponses::Held::~Held() {
    if (!responses_) return;
    const std::lock_guard lock(responses_->mutex_);
    responses_->responses_.erase(token_);
}

}  // namespace acme
