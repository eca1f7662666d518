#pragma once
/// The daily work: from what was counted to reports that are delivered (RFC 8460 §3, §5).
#include <functional>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "net/http_client.h"
#include "resolver/resolver.h"
#include "tlsrpt/report.h"
#include "tlsrpt/store.h"

namespace tlsrpt {

/// What the work needs; the references must outlive it.
struct Means {
    Store& store;
    resolver::Resolver& resolver;
    net::HttpClient& client;
    const base::Clock& clock;
    Reporter reporter;
    /// Hands a mail to the own mail server.
    std::function<base::Result<>(const std::string& recipient, const std::string& mail)> submit;
};

/// How long after midnight (UTC) a server reports: not all at the same time (§4.1), but each at the same.
std::chrono::seconds reporting_delay(std::string_view hostname);

/// How many reports were delivered, and how many could not be.
struct Delivered {
    int sent = 0, failed = 0;
};

/// Makes the reports on all days up to `last` and delivers them, and those an earlier call could not. What failed is
/// logged. A domain whose record cannot be looked up is left for the next call, for two days.
base::Result<Delivered> report(const Means& means, Day last, const std::stop_token& stop);

}  // namespace tlsrpt
