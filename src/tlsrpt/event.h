#pragma once
/// How TLS with somebody else's mail server went, as Postfix tells it (libtlsrpt, datagram version 1). Pure. What the
/// other side said is in it: every text is cut to what an honest one needs.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "json/json.h"

namespace tlsrpt {

/// What the session was held against (RFC 8460 §4.2), in the JSON of reports: policy-type, policy-string,
/// policy-domain, mx-host.
using Policy = json::Value;
/// What was wrong (RFC 8460 §4.3), in the JSON of reports: result-type and what is known of both sides, without a
/// count.
using Failure = json::Value;

/// One session, or what was wrong before there was one.
struct Event {
    std::string domain;  ///< whose mail servers it was about
    Policy policy;
    std::optional<Failure> failure;  ///< nothing: TLS as the policy wants it
    bool operator==(const Event&) const = default;
};

/// The events in a datagram; an error for what is none of version 1.
base::Result<std::vector<Event>> parse_datagram(std::string_view text);

/// A policy of MTA-STS that could not be had, and why in the words of RFC 8460 §4.3.2.2: "sts-policy-fetch-error".
Event policy_failure(std::string_view domain, std::string_view result_type);

}  // namespace tlsrpt
