#include "net/http_client.h"

#include <curl/curl.h>

#include <algorithm>
#include <cerrno>
#include <format>
#include <memory>

#include "base/text.h"

namespace net {
namespace {

constexpr std::size_t largest_header = 64 * 1024;  // of all headers of one answer together
constexpr std::size_t longest_url = 2048;
constexpr std::chrono::seconds longest_wait = std::chrono::days(14);
// Hashed single certificates, which OpenSSL reads besides the file of the extra ones.
constexpr const char* system_certificates = "/etc/ssl/certs";

using Curl = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;

struct ListDeleter {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using CurlList = std::unique_ptr<curl_slist, ListDeleter>;

void append(CurlList& list, const std::string& text) {
    list.reset(curl_slist_append(list.release(), text.c_str()));
}

/// What arrives, while it arrives.
struct Incoming {
    HttpReply reply;
    std::size_t largest_body;
    std::size_t header_octets = 0;
    bool too_large = false;
    std::stop_token stop;
};

std::size_t take_body(char* data, std::size_t size, std::size_t count, void* target) {
    auto& incoming = *static_cast<Incoming*>(target);
    incoming.too_large = incoming.reply.body.size() + size * count > incoming.largest_body;
    if (incoming.too_large) return CURL_WRITEFUNC_ERROR;
    incoming.reply.body.append(data, size * count);
    return size * count;
}

std::size_t take_header(char* data, std::size_t size, std::size_t count, void* target) {
    auto& incoming = *static_cast<Incoming*>(target);
    const std::string_view line(data, size * count);
    incoming.header_octets += line.size();
    incoming.too_large = incoming.header_octets > largest_header;
    if (incoming.too_large) return CURL_WRITEFUNC_ERROR;
    if (line.starts_with("HTTP/")) incoming.reply.headers.clear();  // the answer after a redirect or a 100 Continue
    if (const auto colon = line.find(':'); colon != std::string_view::npos)
        incoming.reply.headers.emplace_back(base::lower(base::trim(line.substr(0, colon))),
                                            base::trim(line.substr(colon + 1)));
    return line.size();
}

int ask_to_go_on(void* target, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<const Incoming*>(target)->stop.stop_requested() ? 1 : 0;
}

std::unexpected<HttpError> http_error(HttpFailure failure, std::string text, std::string remedy = {}) {
    auto error = failure == HttpFailure::bad_url ? base::fail(std::move(text), std::move(remedy))
                                                 : base::fail_transient(std::move(text), std::move(remedy));
    return std::unexpected(HttpError{.failure = failure, .error = std::move(error.error())});
}

bool plausible_url(std::string_view url) {
    return (url.starts_with("https://") || url.starts_with("http://")) && url.size() <= longest_url &&
           std::ranges::all_of(url, [](char c) { return c > ' ' && c < '\x7f'; });
}

/// "host:port" or "host" of a plausible URL, for messages.
std::string authority_of(std::string_view url) {
    url.remove_prefix(url.find("://") + 3);
    return std::string(url.substr(0, url.find_first_of("/?#")));
}

HttpFailure connect_failure(CURL* handle) {
    long number = 0;
    curl_easy_getinfo(handle, CURLINFO_OS_ERRNO, &number);
    const bool no_route =
        number == ENETUNREACH || number == EHOSTUNREACH || number == EAFNOSUPPORT || number == EADDRNOTAVAIL;
    return no_route ? HttpFailure::unreachable : HttpFailure::refused;
}

std::unexpected<HttpError> describe(CURLcode code, CURL* handle, const HttpCall& call, const Incoming& incoming,
                                    const char* detail) {
    const std::string to = authority_of(call.url);
    const std::string said = base::printable(*detail ? detail : curl_easy_strerror(code), 200);
    if (incoming.too_large)
        return http_error(HttpFailure::too_large,
                          std::format("the answer of {} is longer than {} octets", to, incoming.largest_body));
    switch (code) {
        case CURLE_COULDNT_RESOLVE_HOST:
            return http_error(HttpFailure::unknown_host, std::format("the name {} cannot be resolved", to),
                              "Check that this server reaches a DNS resolver.");
        case CURLE_COULDNT_CONNECT:
            if (connect_failure(handle) == HttpFailure::unreachable)
                return http_error(HttpFailure::unreachable, std::format("there is no route to {}", to),
                                  "Check this server's network.");
            return http_error(HttpFailure::refused, std::format("{} refuses the connection", to));
        case CURLE_OPERATION_TIMEDOUT:
            return http_error(HttpFailure::timed_out,
                              std::format("{} does not answer within {} s", to, call.timeout.count() / 1000),
                              "Check this server's network and firewall.");
        case CURLE_PEER_FAILED_VERIFICATION:
            return http_error(HttpFailure::untrusted,
                              std::format("the certificate of {} is not accepted: {}", to, said),
                              "Check this machine's clock.");
        case CURLE_SSL_CACERT_BADFILE:
            return http_error(HttpFailure::untrusted, std::format("the extra CA file cannot be read: {}", said),
                              "Check the file of CA certificates (PEM).");
        case CURLE_ABORTED_BY_CALLBACK:
            return http_error(HttpFailure::stopped, "stopped");
        case CURLE_URL_MALFORMAT:
            return http_error(HttpFailure::bad_url, "this is not a usable URL");
        default:
            return http_error(HttpFailure::other, std::format("the connection to {} failed: {}", to, said));
    }
}

void set_request(CURL* handle, const HttpCall& call, CurlList& headers, CurlList& connect_to) {
    for (const auto& [name, value] : call.headers) append(headers, std::format("{}: {}", name, value));
    append(headers, "Expect:");  // no 100-continue round trip
    curl_easy_setopt(handle, CURLOPT_URL, call.url.c_str());
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers.get());
    if (call.method == "HEAD") curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
    if (call.method == "POST") {
        curl_easy_setopt(handle, CURLOPT_POST, 1L);
        curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call.body.size()));
        curl_easy_setopt(handle, CURLOPT_POSTFIELDS, call.body.data());
    }
    if (call.address) {
        const std::string ip = call.address->str();
        append(connect_to, std::format("::{}:", call.address->is_v4() ? ip : "[" + ip + "]"));
        curl_easy_setopt(handle, CURLOPT_CONNECT_TO, connect_to.get());
    }
    if (!call.unix_socket.empty()) curl_easy_setopt(handle, CURLOPT_UNIX_SOCKET_PATH, call.unix_socket.c_str());
    if (call.follow_redirects) {
        curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 1L);
        curl_easy_setopt(handle, CURLOPT_MAXREDIRS, 5L);
    }
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(call.timeout.count()));
    curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(call.timeout.count()));
}

void set_limits(CURL* handle, Incoming& incoming) {
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(handle, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(handle, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &take_body);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, &incoming);
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, &take_header);
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, &incoming);
    curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, &ask_to_go_on);
    curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &incoming);
}

}  // namespace

std::string_view HttpReply::header(std::string_view name) const {
    const auto found = std::ranges::find_if(headers, [&](const auto& one) { return one.first == name; });
    return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

std::optional<std::chrono::seconds> retry_after(const HttpReply& reply, std::chrono::sys_seconds now) {
    const std::string text(reply.header("retry-after"));
    if (text.empty()) return std::nullopt;
    if (text.find_first_not_of("0123456789") == std::string::npos) {
        const auto seconds = base::parse_number(text);
        const auto most = static_cast<std::uint64_t>(longest_wait.count());
        return std::chrono::seconds(std::min(seconds.value_or(most), most));
    }
    const std::time_t date = curl_getdate(text.c_str(), nullptr);
    if (date == -1) return std::nullopt;
    return std::clamp(std::chrono::seconds(date - now.time_since_epoch().count()), std::chrono::seconds(0),
                      longest_wait);
}

CurlHttpClient::CurlHttpClient(std::string user_agent, std::string extra_ca_file)
    : user_agent_(std::move(user_agent)), extra_ca_file_(std::move(extra_ca_file)) {}

HttpResult CurlHttpClient::send(const HttpCall& call) {
    if (!plausible_url(call.url)) return http_error(HttpFailure::bad_url, "this is not a usable URL");
    const Curl handle(curl_easy_init(), &curl_easy_cleanup);
    if (!handle) return http_error(HttpFailure::other, "cannot start an HTTP request: no memory");
    Incoming incoming{.reply = {}, .largest_body = call.largest_body, .stop = call.stop};
    CurlList headers, connect_to;
    char detail[CURL_ERROR_SIZE] = {};
    curl_easy_setopt(handle.get(), CURLOPT_ERRORBUFFER, detail);
    curl_easy_setopt(handle.get(), CURLOPT_USERAGENT, user_agent_.c_str());
    if (!extra_ca_file_.empty()) {
        curl_easy_setopt(handle.get(), CURLOPT_CAINFO, extra_ca_file_.c_str());
        curl_easy_setopt(handle.get(), CURLOPT_CAPATH, system_certificates);
    }
    set_request(handle.get(), call, headers, connect_to);
    set_limits(handle.get(), incoming);
    if (const CURLcode code = curl_easy_perform(handle.get()); code != CURLE_OK)
        return describe(code, handle.get(), call, incoming, detail);
    long status = 0;
    curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
    incoming.reply.status = static_cast<int>(status);
    return std::move(incoming.reply);
}

}  // namespace net
