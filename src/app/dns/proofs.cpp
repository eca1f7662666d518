#include "app/dns/proofs.h"

#include <format>
#include <future>

#include "net/http_client.h"
#include "net/port_probe.h"

namespace app {
namespace {

using dnscheck::Failure;
using dnscheck::NoProof;
using Answer = std::expected<std::string, Failure>;

constexpr std::chrono::seconds limit{5};

Answer look_at(const dnscheck::MailServer& server, const std::string& greeting) {
    auto shown =
        net::probe({.address = server.address, .greeting = greeting, .tls = server.starttls, .timeout = limit});
    if (shown) return std::move(shown->certificates);
    const bool unreachable = shown.error().failure == net::ProbeFailure::unreachable;
    return std::unexpected(Failure{unreachable ? NoProof::unreachable : NoProof::refused, shown.error().text});
}

Answer fetch(const std::string& url) {
    net::CurlHttpClient client("mailserver dns-check");
    auto reply = client.send({.url = url, .timeout = limit, .largest_body = 64 * 1024});
    if (!reply) {
        using Why = net::HttpFailure;
        const auto why = reply.error().failure;
        const bool no_way =
            why == Why::unknown_host || why == Why::unreachable || why == Why::refused || why == Why::timed_out;
        return std::unexpected(Failure{no_way ? NoProof::unreachable : NoProof::refused, reply.error().error.text});
    }
    if (reply->status != 200)
        return std::unexpected(Failure{NoProof::refused, std::format("it answered {}", reply->status)});
    return std::move(reply->body);
}

}  // namespace

dnscheck::Proofs prove(const dnscheck::Trials& trials, const settings::Settings& settings) {
    std::vector<std::future<Answer>> servers, pages;
    for (const auto& server : trials.mail_servers)
        servers.push_back(std::async(std::launch::async, look_at, server, settings.hostname.str()));
    for (const auto& url : trials.pages) pages.push_back(std::async(std::launch::async, fetch, url));
    dnscheck::Proofs proofs{.certificates = {}, .pages = {}, .now = base::RealClock().now()};
    for (auto& server : servers) proofs.certificates.push_back(server.get());
    for (auto& page : pages) proofs.pages.push_back(page.get());
    return proofs;
}

}  // namespace app
