#include "net/port_probe.h"

#include <curl/curl.h>

#include <format>
#include <memory>
#include <string_view>

#include "base/text.h"

namespace net {
namespace {

using Curl = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;

struct ListDeleter {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

ProbeFailure failure_of(CURLcode code) {
    switch (code) {
        case CURLE_COULDNT_CONNECT:
        case CURLE_OPERATION_TIMEDOUT:
            return ProbeFailure::unreachable;
        case CURLE_USE_SSL_FAILED:
        case CURLE_SSL_CONNECT_ERROR:
            return ProbeFailure::no_tls;
        default:
            return ProbeFailure::other;
    }
}

std::string shown_certificates(CURL* handle) {
    constexpr std::string_view label = "Cert:";
    curl_certinfo* chain = nullptr;
    if (curl_easy_getinfo(handle, CURLINFO_CERTINFO, &chain) != CURLE_OK || !chain) return {};
    std::string pem;
    for (int i = 0; i < chain->num_of_certs; ++i)
        for (const auto* line = chain->certinfo[i]; line; line = line->next)
            if (const std::string_view text = line->data; text.starts_with(label)) {
                pem += text.substr(label.size());
                if (!pem.ends_with('\n')) pem += '\n';
            }
    return pem;
}

}  // namespace

std::expected<PortAnswer, ProbeError> probe(const PortProbe& port) {
    const Curl handle(curl_easy_init(), &curl_easy_cleanup);
    if (!handle) return std::unexpected(ProbeError{ProbeFailure::other, "no memory"});
    const auto set = [&](CURLoption option, auto value) { curl_easy_setopt(handle.get(), option, value); };
    const auto address = port.address.is_v4() ? port.address.str() : "[" + port.address.str() + "]";
    const auto url = std::format("{}://{}:{}/{}", port.scheme, port.hostname.empty() ? address : port.hostname,
                                 port.port, port.greeting);
    const std::unique_ptr<curl_slist, ListDeleter> connect_to(
        curl_slist_append(nullptr, std::format("::{}:", address).c_str()));
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_CONNECT_TO, connect_to.get());
    set(CURLOPT_CONNECT_ONLY, 1L);
    set(CURLOPT_USE_SSL, static_cast<long>(port.tls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
    set(CURLOPT_SSL_VERIFYPEER, 0L);
    set(CURLOPT_SSL_VERIFYHOST, 0L);
    set(CURLOPT_CERTINFO, 1L);
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(port.timeout.count()));
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_NOPROXY, "*");
    if (!port.from.empty()) set(CURLOPT_INTERFACE, ("host!" + port.from).c_str());

    const auto began = std::chrono::steady_clock::now();
    const auto code = curl_easy_perform(handle.get());
    const auto took = std::chrono::steady_clock::now() - began;
    if (code != CURLE_OK) return std::unexpected(ProbeError{failure_of(code), base::lower(curl_easy_strerror(code))});
    return PortAnswer{.took = took, .certificates = port.tls ? shown_certificates(handle.get()) : std::string()};
}

}  // namespace net
