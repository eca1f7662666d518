#pragma once
/// Before the CA is asked to try the http-01 challenge: can it succeed? The same request the CA will make, to every
/// address the DNS has for HOSTNAME. A check in vain costs nothing; a challenge in vain counts against a limit.
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "acme/challenge_responses.h"
#include "base/address.h"
#include "base/error.h"
#include "base/ip.h"
#include "net/http_client.h"
#include "resolver/resolver.h"

namespace certs {

/// What one address answered.
struct Seen {
    base::IpAddress address;
    net::HttpResult reply;
};

/// Nothing when the challenge can succeed; else why not and what to do. Pure. `expected` is the body that must come
/// back. An address this machine has no route to counts as unknown: at least one must answer rightly.
std::optional<base::Error> judge(const base::Hostname& hostname, std::span<const Seen> seen,
                                 const std::string& expected);

struct Checked {
    std::optional<base::Error> error;  ///< nothing: the CA can be asked
    bool hopeless = false;             ///< there is no address in the DNS: the CA can see no more than we do
};

/// Does the check, with a random token of its own.
Checked check_reachable(const base::Hostname& hostname, net::HttpClient& http, resolver::Resolver& resolver,
                        acme::ChallengeResponses& responses, const std::stop_token& stop);

}  // namespace certs
