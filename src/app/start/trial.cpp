#include "app/start/trial.h"

#include <algorithm>
#include <format>

#include "base/text.h"

namespace app {

void Trial::heard(std::string_view service, std::string_view line) {
    if (!is_unproven(service)) return;
    const bool complaint = line.contains("fatal") || line.contains("Fatal") || line.contains("rror");
    auto& [last, was_complaint] = words_[std::string(service)];
    if (complaint || !was_complaint) last = line, was_complaint = complaint;
}

bool Trial::failed(const supervise::Status& status) {
    bool any = false;
    for (const auto& service : status.services) {
        if (status.ready_at || status.stopping || !is_unproven(service.name)) continue;
        if (service.state != supervise::State::failing && service.state != supervise::State::backoff) continue;
        start_.refused_overrides[service.name] = std::format(
            "{} did not come up with them: {}", service.name,
            base::printable(words_.contains(service.name) ? words_[service.name].first : "it said nothing"));
        any = true;
    }
    return any;
}

bool Trial::is_unproven(std::string_view service) const {
    const auto report = std::ranges::find(start_.overrides, service, &bootstrap::OverrideReport::engine);
    return report != start_.overrides.end() && report->unproven;
}

}  // namespace app
