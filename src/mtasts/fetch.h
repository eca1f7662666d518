#pragma once
/// Fetching a domain's policy (RFC 8461 §3.3).
#include <chrono>
#include <expected>
#include <stop_token>

#include "base/address.h"
#include "base/error.h"
#include "mtasts/policy.h"
#include "net/http_client.h"

namespace mtasts {

/// The longest a policy host may take, and the most it may say.
inline constexpr std::chrono::seconds fetch_limit{10};
inline constexpr std::size_t largest_policy = 64 * 1024;

/// Why there is no policy, in the words of reports (RFC 8460 §4.3.2.2).
enum class FetchFailure { fetch_error, webpki_invalid, policy_invalid };

struct FetchError {
    FetchFailure failure = FetchFailure::fetch_error;
    base::Error error;
};

/// From https://mta-sts.<domain>/.well-known/mta-sts.txt: valid certificate, no redirect, status 200, text/plain.
std::expected<Policy, FetchError> fetch(const base::Domain& domain, net::HttpClient& client,
                                        const std::stop_token& stop);

}  // namespace mtasts
