#include "net/imap_session.h"

#include <curl/curl.h>

#include <algorithm>
#include <format>

#include "base/text.h"

namespace net {
namespace {

constexpr std::size_t longest_answer = 8 * 1024 * 1024;
// Hashed single certificates, as the HTTP client has them.
constexpr const char* system_certificates = "/etc/ssl/certs";
constexpr std::chrono::seconds connect_timeout{20};

std::size_t collect(char* data, std::size_t size, std::size_t count, void* target) {
    auto& text = *static_cast<std::string*>(target);
    if (text.size() + size * count > longest_answer) return CURL_WRITEFUNC_ERROR;
    text.append(data, size * count);
    return size * count;
}

/// Only the last line is needed.
std::size_t keep_last(char* data, std::size_t size, std::size_t count, void* target) {
    static_cast<std::string*>(target)->assign(data, std::min<std::size_t>(size * count, 1000));
    return size * count;
}

int ask_to_go_on(void* target, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<const std::stop_token*>(target)->stop_requested() ? 1 : 0;
}

ImapFailure failure_of(CURLcode code) {
    switch (code) {
        case CURLE_COULDNT_RESOLVE_HOST:
            return ImapFailure::unknown_host;
        case CURLE_COULDNT_CONNECT:
        case CURLE_OPERATION_TIMEDOUT:
            return ImapFailure::unreachable;
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_USE_SSL_FAILED:
            return ImapFailure::untrusted;
        case CURLE_LOGIN_DENIED:
            return ImapFailure::refused_login;
        case CURLE_ABORTED_BY_CALLBACK:
            return ImapFailure::stopped;
        default:
            return ImapFailure::other;
    }
}

}  // namespace

struct ImapSession::Impl {
    std::stop_token stop;
    std::string body, last_line;
    char detail[CURL_ERROR_SIZE] = {};
    std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle{curl_easy_init(), &curl_easy_cleanup};
};

ImapSession::ImapSession(const ImapServer& server) : impl_(std::make_unique<Impl>()) {
    const auto set = [&](CURLoption option, auto value) { curl_easy_setopt(impl_->handle.get(), option, value); };
    impl_->stop = server.stop;
    set(CURLOPT_URL,
        std::format("{}://{}:{}/", server.port == 993 ? "imaps" : "imap", server.host, server.port).c_str());
    set(CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
    set(CURLOPT_CAPATH, system_certificates);
    set(CURLOPT_USERNAME, server.user.c_str());
    set(CURLOPT_PASSWORD, server.password.reveal().c_str());
    set(CURLOPT_TIMEOUT, static_cast<long>(server.timeout.count()));
    set(CURLOPT_CONNECTTIMEOUT, static_cast<long>(connect_timeout.count()));
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_NOPROXY, "*");
    set(CURLOPT_PROTOCOLS_STR, "imap,imaps");
    set(CURLOPT_ERRORBUFFER, impl_->detail);
    set(CURLOPT_WRITEFUNCTION, &collect);
    set(CURLOPT_WRITEDATA, &impl_->body);
    set(CURLOPT_HEADERFUNCTION, &keep_last);
    set(CURLOPT_HEADERDATA, &impl_->last_line);
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, &ask_to_go_on);
    set(CURLOPT_XFERINFODATA, &impl_->stop);
}

ImapSession::ImapSession(ImapSession&&) noexcept = default;
ImapSession::~ImapSession() = default;

std::expected<std::string, ImapError> ImapSession::ask(const std::string& command) {
    impl_->body.clear();
    impl_->last_line.clear();
    impl_->detail[0] = '\0';
    curl_easy_setopt(impl_->handle.get(), CURLOPT_CUSTOMREQUEST, command.c_str());
    const auto code = curl_easy_perform(impl_->handle.get());
    if (code == CURLE_OK) return impl_->body;
    const auto failure = failure_of(code);
    std::string_view said = impl_->detail[0] != '\0' ? impl_->detail : curl_easy_strerror(code);
    if (failure == ImapFailure::refused_login || failure == ImapFailure::other)
        if (const auto line = base::trim(impl_->last_line); !line.empty()) said = line;
    return std::unexpected(ImapError{.failure = failure, .said = base::printable(said, 200)});
}

}  // namespace net
