#pragma once
/// Figures of accounts: how many there are, how much mail they have, whose quota is nearly used up.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "accounts/mailbox_sizes.h"
#include "accounts/store.h"
#include "app/common/command.h"
#include "metrics/registry.h"
#include "settings/settings.h"

namespace app {

/// One account, measured.
struct MeasuredMailbox {
    std::string domain, user;  ///< user: the whole address
    accounts::MailboxSize size;
    std::uint64_t quota = 0;  ///< octets; 0: no limit
};

/// All rows about accounts, from what was measured. Series of single accounts only for the `most` that have most mail,
/// and the administrator; sums are of all. `aliases` are by domain.
void fill_mailbox_rows(metrics::Registry& registry, std::vector<MeasuredMailbox> mailboxes,
                       const std::map<std::string, std::uint64_t>& aliases, const settings::Settings& settings);

class MailboxFigures {
  public:
    MailboxFigures(const settings::Settings& settings, const Installation& here, metrics::Registry& registry);

    /// Measures all mailboxes that have changed since the last time; an error only when the accounts cannot be read.
    base::Result<> take(const std::stop_token& stop);

  private:
    const settings::Settings& settings_;
    const Installation& here_;
    metrics::Registry& registry_;
    accounts::MailboxSizes sizes_;
};

}  // namespace app
