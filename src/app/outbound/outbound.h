#pragma once
/// `mailserver outbound`: mail that is held because its account sends like a machine, and what the operator decides
/// about it. Each decision is in force when it returns, and no daemon is asked but Postfix for its queue.
#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

#include "app/common/command.h"
#include "base/clock.h"
#include "outbound/overview.h"
#include "queue/mail_queue.h"

namespace app {

/// What the command works on.
struct OutboundCommand {
    const Installation& here;
    const queue::MailQueue& queue;
    std::function<base::Result<bool>(const base::EmailAddress& account)> has_account;
    const base::Clock& clock;
    std::ostream& out;

    base::Result<> run(Arguments words) const;
};

/// For the server's status: whose mail waits for the operator. None when that cannot be told.
std::vector<std::string> outbound_warnings(const Installation& here);

/// For the figures; nothing but 0 when that cannot be told.
struct OutboundCounts {
    std::size_t stopped = 0, held = 0, warnings = 0;
};
OutboundCounts outbound_counts(const Installation& here);

base::ExitCode outbound_command(Arguments arguments, const Installation& here);

}  // namespace app
