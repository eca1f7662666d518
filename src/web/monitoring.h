#pragma once
/// https://HOSTNAME/monitoring/ and /rspamd/, for the operator: the dashboards, their questions to the store of
/// metrics, and the filter's own pages, all behind one login. Programs, such as another Grafana, may use HTTP Basic for
/// the store's API instead.
#include <atomic>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/secret.h"
#include "net/http_server.h"
#include "web/page.h"
#include "web/rate_limit.h"
#include "web/session.h"
#include "web/static_files.h"

namespace web {

/// A request to hand on. The target begins with a slash.
struct Forward {
    std::string method, target;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
};

/// What stands behind the pages, as an interface. Called on several threads at once. The text of an error is shown.
struct MonitoringHouse {
    virtual ~MonitoringHouse() = default;
    /// Whether this is the name and the password, and it may be tried from that numeric network address.
    virtual bool is_login(const std::string& name, const base::Secret& password, const std::string& client) = 0;
    virtual base::Result<net::HttpResponse> ask_store(const Forward& request) = 0;
    virtual base::Result<net::HttpResponse> ask_filter(const Forward& request) = 0;
    /// Begins a check of the DNS records; its findings become metrics.
    virtual base::Result<> check_dns() = 0;
};

struct MonitoringOptions {
    bool enabled = true;               ///< METRICS
    bool has_password = true;          ///< false: nobody can log in
    std::vector<std::string> origins;  ///< "https://mail.example.org": where browsers find us
    TransportSecurity transport = TransportSecurity::leave;
};

/// Safe from any thread.
class MonitoringSite {
  public:
    /// A screen on the wall stays logged in for a week.
    static constexpr SessionLimits session_limits{
        .idle = std::chrono::hours(12), .total = std::chrono::hours(7 * 24), .most_per_account = 100, .most = 100};
    static constexpr int most_questions = 12;  ///< to the store at a time

    /// `files`: the viewer's, with "index.html", and "dashboards/<name>.json". House and clock must outlive the object.
    MonitoringSite(MonitoringOptions options, StaticFiles files, MonitoringHouse& house, const base::Clock& clock)
        : options_(std::move(options)),
          files_(std::move(files)),
          house_(house),
          sessions_(clock, session_limits),
          limits_(clock) {}

    static bool is_path(std::string_view path);

    /// The answer to a request whose path is_path().
    net::HttpResponse answer(const net::HttpRequest& request);

  private:
    enum class Try { right, wrong, refused };

    net::HttpResponse closed(const net::HttpRequest& request);
    net::HttpResponse login_page(int status, std::string_view next, std::string fault);
    net::HttpResponse log_in(const net::HttpRequest& request);
    net::HttpResponse log_out(const net::HttpRequest& request);
    net::HttpResponse api(const net::HttpRequest& request);
    net::HttpResponse ask_store(const net::HttpRequest& request);
    net::HttpResponse check_dns();
    net::HttpResponse filter(const net::HttpRequest& request);
    net::HttpResponse file(const net::HttpRequest& request);
    net::HttpResponse message(int status, std::string heading, std::string text);

    bool has_session(const net::HttpRequest& request);
    /// Counts each try; `wait` is set when it is refused.
    Try try_password(const std::string& name, const std::string& password, const std::string& client,
                     std::chrono::seconds& wait);

    MonitoringOptions options_;
    StaticFiles files_;
    MonitoringHouse& house_;
    Sessions sessions_;
    LoginLimits limits_;
    std::mutex login_mutex_;  ///< one try at a time: many right ones at once are no guessing
    std::atomic<int> questions_ = 0;
};

}  // namespace web
