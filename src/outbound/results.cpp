#include "outbound/results.h"

#include <utility>

#include "base/text.h"

namespace outbound {

void Results::read(const maillog::Entry& entry) {
    if (const auto* accepted = std::get_if<maillog::Accepted>(&entry.event)) {
        if (!accepted->sasl_username.empty() && accounts_.size() < most_)
            accounts_.insert_or_assign(entry.queue_id, base::lower(accepted->sasl_username));
        return;
    }
    if (std::holds_alternative<maillog::Removed>(entry.event)) {
        accounts_.erase(entry.queue_id);
        return;
    }
    const auto* delivery = std::get_if<maillog::Delivery>(&entry.event);
    // Other deliverers are for mail that stays here.
    if (delivery == nullptr || entry.program() != "smtp") return;
    const auto found = accounts_.find(entry.queue_id);
    if (found == accounts_.end()) return;
    if (delivery->outcome == maillog::Outcome::sent) ++tallies_[found->second].delivered;
    if (delivery->outcome == maillog::Outcome::bounced) ++tallies_[found->second].bounced;
}

std::map<std::string, Tally> Results::take() {
    return std::exchange(tallies_, {});
}

}  // namespace outbound
