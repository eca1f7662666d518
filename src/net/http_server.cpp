#include "net/http_server.h"

#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SecureServerSocket.h>
#include <Poco/ThreadPool.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <format>

#include "base/ip.h"
#include "base/log.h"
#include "base/text.h"
#include "net/tls_pair.h"

namespace net {
namespace {

/// Without the ::ffff: of IPv4 clients on a socket for both families.
std::string plain_address(const std::string& text) {
    const auto address = base::IpAddress::parse(text);
    return address ? address->str() : text;
}

/// A client that stalls keeps a thread for this long at most.
constexpr long patience_seconds = 10;

/// The body, or nothing when there is more than `limit` octets of it.
std::optional<std::string> read_body(std::istream& in, std::size_t limit) {
    std::string body(limit + 1, '\0');
    in.read(body.data(), static_cast<std::streamsize>(body.size()));
    body.resize(static_cast<std::size_t>(in.gcount()));
    return body.size() > limit ? std::nullopt : std::optional(std::move(body));
}

/// Whether a header's value stays on its line: else it could add headers of its own to the answer.
bool is_one_line(const std::pair<std::string, std::string>& header) {
    return header.second.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos;
}

HttpResponse too_large() {
    return {.status = 413, .body = "The request is too large.\n", .headers = {}};
}

class Handler final : public Poco::Net::HTTPRequestHandler {
  public:
    Handler(const HttpHandler& handler, std::size_t largest_body) : handler_(handler), largest_body_(largest_body) {}

    void handleRequest(Poco::Net::HTTPServerRequest& request, Poco::Net::HTTPServerResponse& response) override {
        HttpResponse answer = respond(request);
        if (!std::ranges::all_of(answer.headers, is_one_line)) {
            base::log("web", "an answer had a header of several lines; it was not sent");
            answer = {.status = 500, .body = "Internal error.\n", .headers = {}};
        }
        // A body nobody read would be taken for the next request on this connection.
        if (request.getMethod() != "POST" || answer.status == 413)
            if (request.getContentLength64() > 0 || request.getChunkedTransferEncoding()) response.setKeepAlive(false);
        response.setStatus(static_cast<Poco::Net::HTTPResponse::HTTPStatus>(answer.status));
        response.setReason(Poco::Net::HTTPResponse::getReasonForStatus(response.getStatus()));
        response.setContentType(answer.content_type);
        response.setContentLength64(static_cast<Poco::Int64>(answer.body.size()));
        for (const auto& [name, value] : answer.headers) response.add(name, value);
        auto& out = response.send();
        if (request.getMethod() != "HEAD") out << answer.body;  // RFC 9110 §9.3.2
    }

  private:
    HttpResponse respond(Poco::Net::HTTPServerRequest& request) const {
        if (request.getContentLength64() > static_cast<Poco::Int64>(largest_body_) ||
            (request.getChunkedTransferEncoding() && request.getMethod() != "POST"))
            return too_large();
        if (!request.getURI().starts_with('/')) return {.status = 400, .body = "Bad request.\n", .headers = {}};
        HttpRequest plain{.method = request.getMethod(),
                          .target = request.getURI(),
                          .host = request.has("Host") ? request.getHost() : std::string(),
                          .body = {},
                          .client = plain_address(request.clientAddress().host().toString()),
                          .headers = {}};
        for (const auto& [name, value] : request) plain.headers.emplace_back(base::lower(name), value);
        if (plain.method == "POST") {
            auto body = read_body(request.stream(), largest_body_);
            if (!body) return too_large();
            plain.body = std::move(*body);
        }
        return handler_(plain);
    }

    const HttpHandler& handler_;
    std::size_t largest_body_;
};

class Factory final : public Poco::Net::HTTPRequestHandlerFactory {
  public:
    Factory(HttpHandler handler, std::size_t largest_body)
        : handler_(std::move(handler)), largest_body_(largest_body) {}
    Poco::Net::HTTPRequestHandler* createRequestHandler(const Poco::Net::HTTPServerRequest&) override {
        return new Handler(handler_, largest_body_);  // Poco's contract: the server owns it
    }

  private:
    HttpHandler handler_;
    std::size_t largest_body_;
};

Poco::Net::Context::Ptr tls_context(TlsIdentity& identity) {
    Poco::Net::Context::Ptr context =
        new Poco::Net::Context(Poco::Net::Context::TLS_SERVER_USE, "", Poco::Net::Context::VERIFY_NONE);
    SSL_CTX* raw = context->sslContext();
    SSL_CTX_set_security_level(raw, 2);  // Poco takes it down to 0, where SHA-1 still counts as a signature
    SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
    SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_cipher_list(raw, "ECDHE+AESGCM:ECDHE+CHACHA20");
    install_identity(raw, identity);
    return context;
}

/// Bound to [::] and so to IPv4 too; to 0.0.0.0 where the kernel has no IPv6.
void bind_to_all(Poco::Net::ServerSocket& socket, Poco::UInt16 number) {
    try {
        socket.bind6(Poco::Net::SocketAddress(Poco::Net::IPAddress(Poco::Net::IPAddress::IPv6), number), true, false,
                     false);
    } catch (const Poco::Exception& error) {
        if (error.code() != EAFNOSUPPORT && error.code() != EADDRNOTAVAIL) throw;
        socket.bind(Poco::Net::SocketAddress(Poco::Net::IPAddress(Poco::Net::IPAddress::IPv4), number), true);
    }
}

void bind_and_listen(Poco::Net::ServerSocket& socket, const HttpServerOptions& options) {
    const auto number = static_cast<Poco::UInt16>(options.port);
    if (options.loopback)
        socket.bind(Poco::Net::SocketAddress("127.0.0.1", number), true);
    else
        bind_to_all(socket, number);
    socket.listen(64);
}

}  // namespace

std::string_view HttpRequest::path() const {
    return std::string_view(target).substr(0, target.find('?'));
}

std::string_view HttpRequest::header(std::string_view name) const {
    const auto found = std::ranges::find_if(headers, [&](const auto& one) { return one.first == name; });
    return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

std::optional<std::string> HttpRequest::cookie(std::string_view name) const {
    std::optional<std::string> found;
    for (const auto& [field, value] : headers) {
        if (field != "cookie") continue;
        for (const auto piece : base::split(value, ';')) {
            const auto pair = base::trim(piece);
            const auto equals = pair.find('=');
            if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
            if (found) return std::nullopt;
            found = pair.substr(equals + 1);
        }
    }
    return found;
}

struct HttpServer::Impl {
    Poco::ThreadPool threads;
    std::shared_ptr<TlsIdentity> identity;
    Poco::Net::HTTPServer server;

    Impl(const HttpServerOptions& options, HttpHandler handler, const Poco::Net::ServerSocket& socket,
         const Poco::Net::HTTPServerParams::Ptr& params)
        : threads(2, options.threads),
          identity(options.identity),
          server(new Factory(std::move(handler), options.largest_body), threads, socket, params) {}
};

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpServer::HttpServer(HttpServer&&) noexcept = default;
HttpServer& HttpServer::operator=(HttpServer&&) noexcept = default;

HttpServer::~HttpServer() {
    if (!impl_) return;
    impl_->server.stopAll(true);
    impl_->threads.stopAll();
}

base::Result<HttpServer> HttpServer::start(const HttpServerOptions& options, HttpHandler handler) {
    try {
        Poco::Net::HTTPServerParams::Ptr params = new Poco::Net::HTTPServerParams;
        params->setMaxThreads(options.threads);
        params->setMaxQueued(64);
        params->setTimeout(Poco::Timespan(patience_seconds, 0));
        params->setKeepAliveTimeout(Poco::Timespan(patience_seconds, 0));
        std::unique_ptr<Poco::Net::ServerSocket> socket;
        if (options.identity) {
            Poco::Net::initializeSSL();
            socket = std::make_unique<Poco::Net::SecureServerSocket>(tls_context(*options.identity));
        } else {
            socket = std::make_unique<Poco::Net::ServerSocket>();
        }
        bind_and_listen(*socket, options);
        auto impl = std::make_unique<Impl>(options, std::move(handler), *socket, params);
        impl->server.start();
        return HttpServer(std::move(impl));
    } catch (const Poco::Exception& error) {
        return base::fail(std::format("cannot serve HTTP on port {}: {}", options.port, error.displayText()));
    }
}

int HttpServer::port() const {
    return impl_->server.port();
}

}  // namespace net
