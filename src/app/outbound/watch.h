#pragma once
/// What the running server does about accounts that send like machines, beside the filter's questions: reads in
/// Postfix' log what became of their mail, and tells the owner and the operator of each stop, once.
#include <mutex>
#include <optional>

#include "app/common/command.h"
#include "app/common/notice.h"
#include "app/common/repeated.h"
#include "base/clock.h"
#include "outbound/guard.h"
#include "outbound/results.h"
#include "settings/settings.h"

namespace app {

/// What the owner of a stopped account reads, and what the operator does.
Notice owner_notice(const base::EmailAddress& owner, const outbound::Stop& stop);
Notice admin_notice(const base::EmailAddress& admin, const outbound::Stop& stop);

class OutboundWatch {
  public:
    /// All references must outlive the object.
    OutboundWatch(const settings::Settings& settings, outbound::Guard& guard, const base::Clock& clock)
        : settings_(settings), guard_(guard), clock_(clock) {}

    /// To be called when all engines answer.
    void begin();

    void heard(const maillog::Entry& entry);

  private:
    void work();
    void tell(const outbound::Stop& stop);
    /// False: to be tried again.
    bool deliver_to(const Notice& notice);

    const settings::Settings& settings_;
    outbound::Guard& guard_;
    const base::Clock& clock_;
    std::mutex mutex_;
    outbound::Results results_;
    base::SystemTime next_try_{};                      ///< of telling, after it failed
    std::optional<Repeated> repeated_, housekeeping_;  // last: they use the others
};

}  // namespace app
