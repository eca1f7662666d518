#include "net/port_probe.h"

#include <curl/curl.h>

#include <array>
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

/// The first certificate of the chain the server sent.
std::string certificate_of(CURL* handle) {
    constexpr std::string_view label = "Cert:";
    curl_certinfo* chain = nullptr;
    if (curl_easy_getinfo(handle, CURLINFO_CERTINFO, &chain) != CURLE_OK || !chain || chain->num_of_certs < 1)
        return {};
    for (const curl_slist* line = *chain->certinfo; line; line = line->next)
        if (const std::string_view text = line->data; text.starts_with(label))
            return std::string(text.substr(label.size())) + "\n";
    return {};
}

}  // namespace

base::Result<PortAnswer> probe(const PortProbe& port) {
    const Curl handle(curl_easy_init(), &curl_easy_cleanup);
    if (!handle) return base::fail("cannot probe a port: out of memory");
    const auto url = std::format("{}://{}:{}/", port.scheme, port.hostname, port.port);
    const auto v6 = port.address.contains(':');
    const auto target = std::format("::{}:", v6 ? "[" + port.address + "]" : port.address);
    const std::unique_ptr<curl_slist, ListDeleter> connect_to(curl_slist_append(nullptr, target.c_str()));
    std::array<char, CURL_ERROR_SIZE> detail{};
    const auto milliseconds = static_cast<long>(port.timeout.count());
    curl_easy_setopt(handle.get(), CURLOPT_URL, url.c_str());
    curl_easy_setopt(handle.get(), CURLOPT_CONNECT_TO, connect_to.get());
    curl_easy_setopt(handle.get(), CURLOPT_ERRORBUFFER, detail.data());
    curl_easy_setopt(handle.get(), CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(handle.get(), CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
    curl_easy_setopt(handle.get(), CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(handle.get(), CURLOPT_SSL_VERIFYHOST, 0L);
    curl_easy_setopt(handle.get(), CURLOPT_CERTINFO, 1L);
    curl_easy_setopt(handle.get(), CURLOPT_TIMEOUT_MS, milliseconds);
    curl_easy_setopt(handle.get(), CURLOPT_CONNECTTIMEOUT_MS, milliseconds);
    curl_easy_setopt(handle.get(), CURLOPT_SERVER_RESPONSE_TIMEOUT_MS, milliseconds);
    curl_easy_setopt(handle.get(), CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle.get(), CURLOPT_PROXY, "");
    if (!port.from.empty()) curl_easy_setopt(handle.get(), CURLOPT_INTERFACE, ("host!" + port.from).c_str());

    const auto began = std::chrono::steady_clock::now();
    const auto outcome = curl_easy_perform(handle.get());
    const auto took = std::chrono::steady_clock::now() - began;
    if (outcome != CURLE_OK)
        return base::fail_transient(
            std::format("port {} does not answer: {}", port.port,
                        base::printable(detail[0] ? detail.data() : curl_easy_strerror(outcome))));
    return PortAnswer{.took = took, .certificate = certificate_of(handle.get())};
}

}  // namespace net
