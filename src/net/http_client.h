#pragma once
/// An HTTP client around libcurl: one call at a time, whole answers as values. HTTPS always verifies certificate and
/// name; redirects are followed only where asked; proxies of the environment are not used.
#include <chrono>
#include <expected>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/ip.h"

namespace net {

struct HttpCall {
    std::string method = "GET";  ///< GET, HEAD or POST
    std::string url;             ///< http:// or https://
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;                        ///< only for POST
    std::optional<base::IpAddress> address;  ///< connect here instead of asking the DNS for the URL's host
    std::string unix_socket;                 ///< connect to this socket instead; the URL's host is only a name then
    bool follow_redirects = false;           ///< at most 5
    std::chrono::milliseconds timeout{30'000};
    std::size_t largest_body = 1024 * 1024;  ///< octets; a longer answer is an error
    std::stop_token stop;                    ///< ends the call within a second
};

/// An answer of any status. Header names are lower case.
struct HttpReply {
    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;

    /// The first header of this (lower-case) name; empty when there is none.
    std::string_view header(std::string_view name) const;
};

/// Why there is no answer.
enum class HttpFailure {
    bad_url,
    unknown_host,  ///< the name has no address, or nobody could tell
    unreachable,   ///< no route: this machine has no such network (IPv6, mostly)
    refused,
    timed_out,
    untrusted,  ///< the server's certificate is not accepted
    too_large,
    stopped,
    other,
};

struct HttpError {
    HttpFailure failure = HttpFailure::other;
    base::Error error;
};

using HttpResult = std::expected<HttpReply, HttpError>;

/// Seconds to wait as the header says (RFC 9110 §10.2.3: seconds or a date; `now` turns a date into a wait), at least
/// 0 and at most 14 days; nothing when it is absent or nonsense.
std::optional<std::chrono::seconds> retry_after(const HttpReply& reply, std::chrono::sys_seconds now);

class HttpClient {
  public:
    virtual ~HttpClient() = default;
    virtual HttpResult send(const HttpCall& call) = 0;
};

/// The real one. Safe from any thread; every call is a connection of its own.
class CurlHttpClient final : public HttpClient {
  public:
    /// `extra_ca_file` (PEM) is trusted besides the system's certificates; may be empty.
    explicit CurlHttpClient(std::string user_agent, std::string extra_ca_file = {});
    HttpResult send(const HttpCall& call) override;

  private:
    std::string user_agent_;
    std::string extra_ca_file_;
};

}  // namespace net
