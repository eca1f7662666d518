#pragma once
/// `mailserver quota-warning`: the mail a user gets when the mailbox is nearly full, and when it is full. Dovecot runs
/// it as the mail user at the moment a mailbox crosses one of the marks in its configuration.
#include <cstdint>
#include <string>

#include "app/common/command.h"
#include "app/common/notice.h"
#include "base/address.h"

namespace app {

/// How full a mailbox is.
struct Usage {
    std::uint64_t used = 0;   ///< octets
    std::uint64_t limit = 0;  ///< octets; never 0
};

/// What `doveadm -f tab quota get` printed; an error when there is no limit in it.
base::Result<Usage> parse_usage(std::string_view printed);

/// The mail itself. `full`: mail is refused by now.
Notice quota_notice(const base::EmailAddress& user, const Usage& usage, bool full);

/// Writes the mail for `PERCENT USER` into the user's INBOX, whether or not there is room for it.
base::ExitCode quota_warning_command(Arguments arguments);

}  // namespace app
