#pragma once
/// The figures of the running server: who fills them, and where they are read. Some count as things happen (the log,
/// logins); what is cheap is read at each scrape; the rest is taken by threads of its own, at the start and then only
/// while somebody reads. Without METRICS nothing of this happens.
#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/common/command.h"
#include "app/common/repeated.h"
#include "app/figures/mailboxes.h"
#include "app/monitoring/metrics_door.h"
#include "base/clock.h"
#include "maillog/line.h"
#include "metrics/login_figures.h"
#include "metrics/mail_figures.h"
#include "metrics/registry.h"
#include "policy/login_guard.h"
#include "settings/settings.h"
#include "supervise/status.h"

namespace app {

class Figures {
  public:
    /// The references must outlive the object.
    Figures(const settings::Settings& settings, const Installation& here, const base::Clock& clock);

    /// What the door of the figures leads to: those of ours, and those of Dovecot and Rspamd.
    std::vector<Route> routes();

    /// To be called when all engines answer.
    void begin();

    /// On the supervisor's thread: every line of the engines' logs, what those about mail say, what the services do.
    void heard(std::string_view service, std::string_view line);
    void heard(const maillog::Entry& entry);
    void changed(const supervise::Status& status);
    /// What counts at the login guard.
    policy::LoginWatch login_watch();

    metrics::Registry& registry() { return registry_; }

  private:
    std::string exposition();
    void refresh();
    bool is_read() const;

    const settings::Settings& settings_;
    const Installation& here_;
    const base::Clock& clock_;
    metrics::Registry registry_;
    metrics::MailFigures mail_;
    metrics::LoginFigures logins_;
    MailboxFigures mailboxes_;

    std::mutex refreshing_;  ///< of the next two
    std::chrono::steady_clock::time_point refreshed_{};
    mutable std::mutex mutex_;  ///< of the next two
    supervise::Status status_;
    std::chrono::steady_clock::time_point asked_{};
    std::optional<Repeated> ports_work_, mailboxes_work_;  // last: they use the others
};

}  // namespace app
