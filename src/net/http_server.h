#pragma once
/// An HTTP/1.1 server around Poco::Net: one thread pool, requests and answers as values, a handler that decides. With
/// a TlsIdentity it speaks HTTPS (TLS ≥ 1.2) and serves whatever certificate is loaded at the moment of a handshake.
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace net {

struct HttpRequest {
    std::string method;                                        ///< "GET"
    std::string target;                                        ///< path and query as sent: "/a?b=c"; starts with '/'
    std::string host;                                          ///< the Host field, may be empty
    std::string body;                                          ///< at most HttpServerOptions::largest_body octets
    std::string client;                                        ///< numeric address of the other end
    std::vector<std::pair<std::string, std::string>> headers;  ///< as sent, names in lower case

    /// The target without its query.
    std::string_view path() const;
    /// The first header of this (lower-case) name; empty when there is none.
    std::string_view header(std::string_view name) const;
    /// The value of a cookie (RFC 6265 §5.4). Nothing when there is none or more than one: then nobody can tell which
    /// of them is ours.
    std::optional<std::string> cookie(std::string_view name) const;
};

struct HttpResponse {
    int status = 200;
    std::string content_type = "text/plain; charset=utf-8";
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;  ///< single lines; a name may come twice (Set-Cookie)
};

/// Called on one of the server's threads, several at once.
using HttpHandler = std::function<HttpResponse(const HttpRequest&)>;

/// A private key with its certificate chain that can be replaced while connections are open; they keep what they
/// have, the next handshake gets the new one. Further names may have pairs of their own: who asks for one of them (SNI,
/// RFC 6066 §3) gets that. Safe from any thread.
class TlsIdentity {
  public:
    TlsIdentity();
    ~TlsIdentity();
    TlsIdentity(const TlsIdentity&) = delete;
    TlsIdentity& operator=(const TlsIdentity&) = delete;
    /// Reads key and chain from one PEM file; the old identity stays when that fails.
    base::Result<> load(const std::filesystem::path& pem);

    /// The pairs of further names (lower case), in place of those before. What cannot be read is left out, and is the
    /// error.
    base::Result<> load_names(const std::map<std::string, std::filesystem::path>& pems);
    /// Whether the name has a pair of its own.
    bool has_name(std::string_view name) const;

    struct Pair;
    /// The pair to show to who asks for `name`.
    std::shared_ptr<const Pair> pair_for(std::string_view name) const;

  private:
    struct Guarded;
    std::unique_ptr<Guarded> guarded_;
};

struct HttpServerOptions {
    int port = 0;           ///< on every IPv4 and IPv6 address; 0: the kernel chooses
    bool loopback = false;  ///< only on 127.0.0.1
    int threads = 8;
    std::size_t largest_body = 64 * 1024;
    std::shared_ptr<TlsIdentity> identity;  ///< set: HTTPS
};

/// Runs from start() until destruction.
class HttpServer {
  public:
    static base::Result<HttpServer> start(const HttpServerOptions& options, HttpHandler handler);
    HttpServer(HttpServer&&) noexcept;
    HttpServer& operator=(HttpServer&&) noexcept;
    ~HttpServer();
    int port() const;

  private:
    struct Impl;
    explicit HttpServer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace net
