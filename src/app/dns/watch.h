#pragma once
/// The DNS check the supervisor makes by itself: now and then, and when somebody asks for it. The last outcome is kept
/// in the workspace; once a day what changed goes to ADMIN_EMAIL.
#include <atomic>
#include <optional>

#include "app/common/command.h"
#include "app/common/notice.h"
#include "app/common/repeated.h"
#include "dnscheck/changes.h"
#include "dnscheck/snapshot.h"

namespace app {

class DnsWatch {
  public:
    /// `settings` and `here` must outlive the object. The first check is a minute later, when there is no other work.
    DnsWatch(const settings::Settings& settings, const Installation& here);

    /// Lets a check be made now, beside the caller; last_dns_check() has its outcome, after some seconds, 20 at most.
    /// False when one is under way or has just been made. Safe from any thread.
    bool check_now();

  private:
    void check();

    const settings::Settings& settings_;
    const Installation& here_;
    base::SystemTime next_mail_;
    std::atomic<base::SystemTime> ended_{};
    Repeated work_;  // last: it uses the others
};

/// The outcome of the last check, also of one before the last restart; nothing before the first.
std::optional<dnscheck::Snapshot> last_dns_check(const Installation& here);

/// Checks and keeps the outcome. `mail_changes`: also mails what is different from what the admin knows; when the mail
/// cannot be sent, the next time tells it.
base::Result<> watch_dns(const settings::Settings& settings, const Installation& here, std::string_view host_addresses,
                         bool mail_changes, base::SystemTime now);

/// The mail about these changes; nothing when there are none.
std::optional<Notice> dns_notice(const dnscheck::Changes& changes, const settings::Settings& settings);

}  // namespace app
