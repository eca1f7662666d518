#pragma once
/// Mail from the server itself: made and delivered in one place. To somebody who has a mailbox here it goes by local
/// delivery, past the queue, whatever is wrong with sending.
#include <optional>
#include <string>

#include "base/address.h"
#include "base/clock.h"
#include "base/error.h"

namespace app {

struct Notice {
    base::EmailAddress to;
    std::string subject;                    ///< ASCII, one line
    std::string topic;                      ///< of its Message-ID: "quota-full"
    std::string text;                       ///< ASCII, LF line ends
    std::optional<base::Domain> from = {};  ///< the sender's; nothing: that of `to`
};

/// The mail (RFC 5322, LF line ends, as local delivery wants them).
std::string notice_mail(const Notice& notice, base::SystemTime now);

/// Puts it into the user's INBOX, whether or not there is room for it. not_found: no such mailbox.
base::Result<> deliver(const Notice& notice, base::SystemTime now);

/// Sends it wherever `to` is, through the queue.
base::Result<> send(const Notice& notice, base::SystemTime now);

}  // namespace app
