#include "net/mail_probe.h"

#include <curl/curl.h>

#include <format>
#include <memory>
#include <string_view>

#include "base/text.h"

namespace net {
namespace {

using Curl = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;

std::size_t drop(char*, std::size_t size, std::size_t count, void*) {
    return size * count;
}

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
    curl_certinfo* chain = nullptr;
    if (curl_easy_getinfo(handle, CURLINFO_CERTINFO, &chain) != CURLE_OK || !chain) return {};
    std::string pem;
    for (int i = 0; i < chain->num_of_certs; ++i)
        for (const auto* line = chain->certinfo[i]; line; line = line->next)
            if (const std::string_view text = line->data; text.starts_with("Cert:")) {
                pem += text.substr(5);
                if (!pem.ends_with('\n')) pem += '\n';
            }
    return pem;
}

}  // namespace

std::expected<std::string, ProbeError> probe_mail_server(const MailProbe& probe) {
    const Curl curl(curl_easy_init(), &curl_easy_cleanup);
    if (!curl) return std::unexpected(ProbeError{ProbeFailure::other, "no memory"});
    const auto set = [&](CURLoption option, auto value) { curl_easy_setopt(curl.get(), option, value); };
    const auto host = probe.address.is_v4() ? probe.address.str() : "[" + probe.address.str() + "]";
    set(CURLOPT_URL, std::format("smtp://{}:{}/{}", host, probe.port, probe.greeting).c_str());
    set(CURLOPT_USE_SSL, static_cast<long>(probe.starttls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
    set(CURLOPT_SSL_VERIFYPEER, 0L);
    set(CURLOPT_SSL_VERIFYHOST, 0L);
    set(CURLOPT_CERTINFO, 1L);
    set(CURLOPT_CUSTOMREQUEST, "NOOP");
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(probe.timeout.count()));
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_NOPROXY, "*");
    set(CURLOPT_WRITEFUNCTION, &drop);
    set(CURLOPT_HEADERFUNCTION, &drop);
    const auto code = curl_easy_perform(curl.get());
    if (code != CURLE_OK) return std::unexpected(ProbeError{failure_of(code), base::lower(curl_easy_strerror(code))});
    return probe.starttls ? shown_certificates(curl.get()) : std::string();
}

}  // namespace net
