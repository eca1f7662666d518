#pragma once
/// What stands behind the pages at /monitoring/ and /rspamd/: the login of the settings, the store in the monitoring
/// container, the filter's controller, the DNS check.
#include <functional>
#include <map>
#include <string>

#include "app/common/command.h"
#include "base/error.h"
#include "net/http_client.h"
#include "policy/login_guard.h"
#include "settings/settings.h"
#include "web/monitoring.h"

namespace app {

/// Where a question for the store goes.
struct Store {
    base::IpAddress address;
    base::Secret token;
};

class MonitoringHouse final : public web::MonitoringHouse {
  public:
    /// `find_store` tells where the store is at the moment, or why nobody knows; `begin_dns_check` returns at once. All
    /// references must outlive the object.
    MonitoringHouse(const settings::Settings& settings, const Installation& here, policy::LoginGuard& guard,
                    std::string login_nonce, net::HttpClient& client, std::function<base::Result<Store>()> find_store,
                    std::function<base::Result<>()> begin_dns_check)
        : settings_(settings),
          here_(here),
          guard_(guard),
          login_nonce_(std::move(login_nonce)),
          client_(client),
          find_store_(std::move(find_store)),
          begin_dns_check_(std::move(begin_dns_check)) {}

    bool is_login(const std::string& name, const base::Secret& password, const std::string& client) override;
    base::Result<net::HttpResponse> ask_store(const web::Forward& request) override;
    base::Result<net::HttpResponse> ask_filter(const web::Forward& request) override;
    base::Result<> check_dns() override;

  private:
    const settings::Settings& settings_;
    const Installation& here_;
    policy::LoginGuard& guard_;
    std::string login_nonce_;
    net::HttpClient& client_;
    std::function<base::Result<Store>()> find_store_;
    std::function<base::Result<>()> begin_dns_check_;
};

/// The store of the monitoring container, by what both have told each other (link.h).
base::Result<Store> find_store(const Installation& here);

/// The viewer and the dashboards of the image, by the names they have below /monitoring/; without what cannot be read.
std::map<std::string, std::string> monitoring_pages(const Installation& here);

}  // namespace app
