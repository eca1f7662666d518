#include "certs/preflight.h"

#include <array>
#include <format>

#include "base/text.h"
#include "crypto/password.h"

namespace certs {
namespace {

constexpr std::chrono::seconds patience{10};
constexpr std::size_t most_addresses = 8;

base::Error trouble(std::string text, std::string remedy) {
    return base::fail_transient(std::move(text), std::move(remedy)).error();
}

std::string server_of(const net::HttpReply& reply) {
    const auto name = base::printable(reply.header("server"), 60);
    return name.empty() ? "" : std::format(" (\"{}\")", name);
}

std::optional<base::Error> judge_one(const base::Hostname& hostname, const Seen& seen, const std::string& expected) {
    const std::string where = std::format("{} (port 80 of {})", hostname.str(), seen.address.str());
    if (!seen.reply) {
        switch (seen.reply.error().failure) {
            case net::HttpFailure::refused:
                return trouble(std::format("{} refuses the connection", where),
                               "Let port 80 through to this server, or correct the A and AAAA records.");
            case net::HttpFailure::timed_out:
                return trouble(std::format("{} does not answer", where),
                               "Open port 80 in the firewall, or correct the A and AAAA records.");
            default:
                return trouble(std::format("{} cannot be asked: {}", where, seen.reply.error().error.text),
                               "Let port 80 through to this server.");
        }
    }
    const net::HttpReply& reply = *seen.reply;
    if (reply.status == 200 && base::trim(reply.body) == expected) return std::nullopt;
    if (reply.status >= 300 && reply.status < 400)
        return trouble(std::format("{} redirects to another place{}", where, server_of(reply)),
                       "Let requests below /.well-known/acme-challenge/ through to this server.");
    return trouble(
        std::format("another web server{} answers for {} with status {}", server_of(reply), where, reply.status),
        "Correct the A and AAAA records, or pass requests below /.well-known/acme-challenge/ on to this "
        "server.");
}

bool unreachable_from_here(const Seen& seen) {
    return !seen.reply && seen.reply.error().failure == net::HttpFailure::unreachable;
}

base::Error no_address(const base::Hostname& hostname, std::span<const resolver::Answer> answers) {
    for (const auto& answer : answers)
        if (!answer.answered())
            return trouble(std::format("the DNS cannot tell the address of {}: {}", hostname.str(),
                                       answer.reason.empty() ? "no answer" : base::printable(answer.reason, 200)),
                           "Check the DNS servers of the domain and this server's way to the DNS.");
    return trouble(std::format("{} has no address in the DNS", hostname.str()),
                   std::format("Add an A record for {} with this server's public address.", hostname.str()));
}

}  // namespace

std::optional<base::Error> judge(const base::Hostname& hostname, std::span<const Seen> seen,
                                 const std::string& expected) {
    bool one_is_good = false;
    std::optional<base::Error> no_route;
    for (const auto& one : seen) {
        auto error = judge_one(hostname, one, expected);
        if (error && !unreachable_from_here(one)) return error;
        one_is_good = one_is_good || !error;
        if (error) no_route = std::move(error);
    }
    return one_is_good ? std::nullopt : no_route;
}

Checked check_reachable(const base::Hostname& hostname, net::HttpClient& http, resolver::Resolver& resolver,
                        acme::ChallengeResponses& responses, const std::stop_token& stop) {
    const std::array questions{resolver::Question{.name = hostname.str(), .type = resolver::Type::A},
                               resolver::Question{.name = hostname.str(), .type = resolver::Type::AAAA}};
    const auto answers = resolver.query(questions);
    std::vector<base::IpAddress> addresses;
    for (const auto& answer : answers)
        for (const auto& address : answer.addresses)
            if (addresses.size() < most_addresses) addresses.push_back(address);
    if (addresses.empty()) return {.error = no_address(hostname, answers), .hopeless = true};

    const auto token = crypto::random_token(16), content = crypto::random_token(16);
    if (!token || !content) return {.error = (token ? content : token).error()};
    const auto held = responses.hold(*token, *content);
    std::vector<Seen> seen;
    for (const auto& address : addresses)
        seen.push_back(
            {.address = address,
             .reply = http.send({.url = std::format("http://{}/.well-known/acme-challenge/{}", hostname.str(), *token),
                                 .address = address,
                                 .timeout = patience,
                                 .largest_body = 64 * 1024,
                                 .stop = stop})});
    return {.error = judge(hostname, seen, *content)};
}

}  // namespace certs
