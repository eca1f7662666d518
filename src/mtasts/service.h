#pragma once
/// What Postfix asks before it sends mail to a domain: with which TLS policy (smtp_tls_policy_maps). DANE comes first,
/// which Postfix does by itself; then MTA-STS (RFC 8461); then whatever TLS the other side has.
#include <chrono>
#include <functional>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "mtasts/fetch.h"
#include "mtasts/fetches.h"
#include "mtasts/store.h"
#include "net/http_client.h"
#include "net/socketmap.h"
#include "resolver/resolver.h"

namespace mtasts {

struct Options {
    std::string_view otherwise = "dane";        ///< Postfix's level without a policy: dane or may
    std::chrono::milliseconds patience{4'000};  ///< how long mail waits for a policy host
    std::function<void(const base::Domain&, FetchFailure)> on_failure = [](const auto&, auto) {};  ///< any thread
};

/// Safe from any thread; the references must outlive it.
class Service {
  public:
    Service(Store store, resolver::Resolver& resolver, net::HttpClient& client, const base::Clock& clock,
            Options options);

    /// The answer for a destination as Postfix writes it; only plain names of domains have policies. With a policy
    /// known to be in force it never is "none" by mistake, but a temporary failure; without one it never blocks mail.
    net::TableReply lookup(const std::string& destination);

    /// Fetches anew what was fetched more than a day ago, so that policies do not end while nobody writes.
    void refresh(const std::stop_token& stop);

  private:
    bool renew(const std::string& name, const std::string& id, const std::stop_token& stop);
    net::TableReply enforced(const base::Domain& domain, const Policy& policy);

    Store store_;
    resolver::Resolver& resolver_;
    net::HttpClient& client_;
    const base::Clock& clock_;
    Options options_;
    Fetches fetches_;  // last: its threads use the others
};

}  // namespace mtasts
