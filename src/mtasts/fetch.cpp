#include "mtasts/fetch.h"

#include <format>

#include "base/text.h"

namespace mtasts {
namespace {

std::unexpected<FetchError> failed(const base::Domain& domain, FetchFailure failure, std::string_view cause) {
    return std::unexpected(FetchError{
        .failure = failure,
        .error = base::fail_transient(std::format("cannot fetch the MTA-STS policy of {}: {}", domain.str(), cause))
                     .error()});
}

bool is_plain_text(std::string_view content_type) {
    return base::lower(base::trim(content_type.substr(0, content_type.find(';')))) == "text/plain";
}

}  // namespace

std::expected<Policy, FetchError> fetch(const base::Domain& domain, net::HttpClient& client,
                                        const std::stop_token& stop) {
    const auto reply = client.send({.url = std::format("https://mta-sts.{}/.well-known/mta-sts.txt", domain.str()),
                                    .timeout = fetch_limit,
                                    .largest_body = largest_policy,
                                    .stop = stop});
    if (!reply) {
        const bool untrusted = reply.error().failure == net::HttpFailure::untrusted;
        return failed(domain, untrusted ? FetchFailure::webpki_invalid : FetchFailure::fetch_error,
                      reply.error().error.text);
    }
    if (reply->status != 200)
        return failed(domain, FetchFailure::fetch_error, std::format("its host answers {}", reply->status));
    if (!is_plain_text(reply->header("content-type")))
        return failed(domain, FetchFailure::policy_invalid, "it is not text/plain");
    auto policy = parse_policy(reply->body);
    if (!policy) return failed(domain, FetchFailure::policy_invalid, policy.error().text);
    return std::move(*policy);
}

}  // namespace mtasts
