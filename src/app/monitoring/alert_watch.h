#pragma once
/// What the running server does with alerts: takes the reports of vmalert, and tells the operator what is new, by a
/// mail into the admin account's mailbox (which works when sending does not) and by a webhook. Neither holds anything
/// up.
#include <deque>
#include <mutex>
#include <optional>
#include <vector>

#include "alerts/book.h"
#include "app/common/command.h"
#include "app/common/notice.h"
#include "app/common/repeated.h"
#include "base/clock.h"
#include "net/http_client.h"
#include "net/http_server.h"
#include "settings/settings.h"

namespace app {

class AlertWatch {
  public:
    static constexpr std::size_t most_mails = 12;  ///< an hour; more changes wait, and come together

    /// Reads what was known before the last stop. All references must outlive the object.
    AlertWatch(const settings::Settings& settings, const Installation& here, const base::Clock& clock,
               net::HttpClient& client);

    /// To be called when all engines answer: begins to tell.
    void begin();

    /// The answer to `POST /api/v2/alerts`.
    net::HttpResponse answer(const net::HttpRequest& request);

  private:
    void save();
    void look();
    void send_mail();
    void call_webhook(const std::stop_token& stop);
    std::vector<alerts::Change> untold(alerts::Channel channel);
    void told(alerts::Channel channel, std::size_t count);

    const settings::Settings& settings_;
    const Installation& here_;
    const base::Clock& clock_;
    net::HttpClient& client_;
    std::mutex mutex_;  ///< of the book
    alerts::Book book_;
    std::deque<base::SystemTime> mails_;  ///< sent within the hour
    base::SystemTime next_mail_{}, next_call_{};
    unsigned failed_calls_ = 0;
    std::optional<Repeated> look_, mail_, webhook_;  // last: they use the others
};

/// The alerts that fire, as the running server has written them; none when it has not.
std::vector<alerts::Alert> firing_alerts(const Installation& here);

}  // namespace app
