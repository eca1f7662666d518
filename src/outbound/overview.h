#pragma once
/// What the operator sees: each account that is stopped, trusted or has mail on hold. Pure; the queue says which mail
/// is held, the store why.
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "outbound/store.h"
#include "queue/mail_queue.h"

namespace outbound {

struct HeldMail {
    queue::Mail mail;
    std::string subject, why;
};

struct AccountState {
    std::string account;
    std::optional<Stop> stop;
    std::optional<Trust> trust;
    std::vector<HeldMail> held;  ///< oldest first
};

/// What the store knows, all of one moment.
struct Known {
    std::vector<Stop> stops;
    std::vector<Trust> trusts;
    std::vector<Held> held;
};
base::Result<Known> known(Store& store, base::SystemTime now);

/// Ordered by account. `submitter_of` is asked about mail the store does not know; mail that nobody submitted after a
/// login is left out: somebody else holds it.
std::vector<AccountState> overview(const Known& known, const std::vector<queue::Mail>& queue,
                                   const std::function<std::string(const std::string& queue_id)>& submitter_of);

/// What the store knows of mail that is not in the queue any more, because somebody deleted it by Postfix' own means.
/// Mail of the last ten minutes may still be on its way into the queue.
std::vector<std::string> gone(const std::vector<Held>& held, const std::vector<queue::Mail>& queue,
                              base::SystemTime now);

/// A sentence without its full stop for each account whose mail waits for the operator.
std::vector<std::string> warnings(const Known& known);

}  // namespace outbound
