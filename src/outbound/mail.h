#pragma once
/// A mail that somebody submits after a login, as the filter tells of it.
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.h"
#include "base/error.h"

namespace outbound {

struct Mail {
    std::string account;                  ///< the login, in lower case
    std::string queue_id;                 ///< Postfix' name for the mail
    std::string client;                   ///< numeric address; may be empty
    std::string subject;                  ///< decoded, one line, cut
    std::vector<std::string> recipients;  ///< of the envelope, as they came
};

/// The filter's question: lines `name:value`, "account", "queue-id", "client", "subject" and one "recipient" each.
/// Lines of other names are skipped; an error when there is no account.
base::Result<Mail> parse_mail(std::string_view body);

/// The recipients on other servers, in lower case, each once. A mail of which the filter could tell no recipient at all
/// counts as one to somebody outside.
std::vector<std::string> recipients_outside(const Mail& mail, const std::set<base::Domain>& served);

}  // namespace outbound
