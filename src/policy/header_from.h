#pragma once
/// Whether a mail that somebody submits after a login may say in its header that it is from whom it says. Postfix has
/// judged the envelope before; readers see the header.
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/address.h"
#include "base/error.h"

namespace policy {

struct Submission {
    std::string login;
    std::vector<std::pair<std::string, std::string>> headers;  ///< From and Sender, all of them: name, raw value
};

/// The filter's question: the login on the first line, then a header on each, `Name: value`, unfolded.
base::Result<Submission> parse_submission(std::string_view body);

/// Whether a login may send as an address, which is one of ours and in lower case.
using MaySend = std::function<base::Result<bool>(const std::string& login, const std::string& address)>;

/// Why the mail must be refused, as the text of an SMTP reply (ASCII, one line), or nothing. Every address of a served
/// domain must be one the login may send as; those of other domains are nobody's here. An error when `may_send`
/// cannot tell.
base::Result<std::optional<std::string>> objection(const Submission& submission, const std::set<base::Domain>& served,
                                                   const MaySend& may_send);

}  // namespace policy
