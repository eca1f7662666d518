#pragma once
/// What other mail servers report about this one: taken out of the mail they send, kept, and told.
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/common/command.h"
#include "base/address.h"
#include "base/clock.h"
#include "metrics/registry.h"
#include "net/http_server.h"
#include "reports/store.h"

namespace app {

/// Where the filter hands in what is attached to mail for the postmaster. Safe from any thread.
class ReportDesk {
  public:
    /// The references must outlive the object. A database that cannot be opened is tried again with each report.
    ReportDesk(const Installation& here, std::set<base::Domain> served, const base::Clock& clock)
        : here_(here), served_(std::move(served)), clock_(clock) {}

    /// Keeps the reports in an attachment. The header X-Reporter names the domain that has signed the mail. 400 for
    /// what is no report about a domain of ours, 503 when it cannot be kept; both are logged.
    net::HttpResponse take(const net::HttpRequest& request);

  private:
    base::Result<bool> keep(const std::vector<reports::Report>& all, const std::string& reporter);

    const Installation& here_;
    const std::set<base::Domain> served_;
    const base::Clock& clock_;
    std::mutex mutex_;  ///< of the next one
    std::optional<reports::Store> store_;
};

/// What the reports of the last three days make worth a look, a sentence each.
std::vector<std::string> report_warnings(const settings::Settings& settings, const Installation& here,
                                         base::SystemTime now);

/// The figures of the last seven days.
void fill_report_figures(metrics::Registry& registry, const Installation& here, base::SystemTime now);

base::ExitCode reports_command(Arguments arguments, const settings::Settings& settings, const Installation& here);

}  // namespace app
