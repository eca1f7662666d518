#pragma once
/// `mailserver queue`: the mail that is on its way, and what the operator does about it.
#include <functional>
#include <iosfwd>
#include <set>
#include <string>

#include "app/common/command.h"
#include "base/clock.h"
#include "queue/mail_queue.h"

namespace app {

/// What the command works on.
struct QueueCommand {
    const queue::MailQueue& queue;
    /// The ids of mail that `outbound` holds and decides about.
    std::function<base::Result<std::set<std::string>>()> held_for_outbound;
    const base::Clock& clock;
    std::ostream& out;

    base::Result<> run(Arguments words) const;
};

base::ExitCode queue_command(Arguments arguments, const Installation& here);

}  // namespace app
