#include "web/site.h"

#include <algorithm>
#include <format>

#include "setup/endpoints.h"
#include "setup/host_names.h"
#include "web/assets.h"
#include "web/client_setup.h"
#include "web/monitoring.h"
#include "web/page.h"

namespace web {
namespace {

constexpr std::string_view challenge_path = "/.well-known/acme-challenge/";

bool is_read(const net::HttpRequest& request) {
    return request.method == "GET" || request.method == "HEAD";
}

/// Which address we see; ./start_mailserver.sh compares it with its own.
constexpr std::string_view client_address_path = "/.well-known/mailserver/client-address";

net::HttpResponse text(int status, std::string body) {
    return {.status = status, .body = std::move(body), .headers = {{"X-Content-Type-Options", "nosniff"}}};
}

net::HttpResponse not_allowed() {
    auto answer = text(405, "Only GET and HEAD work here.\n");
    answer.headers.emplace_back("Allow", "GET, HEAD");  // RFC 9110 §15.5.6
    return answer;
}

/// RFC 8555 §8.3: a token is base64url; nothing else is even looked up.
bool is_token(std::string_view token) {
    return !token.empty() && token.size() <= 256 && std::ranges::all_of(token, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
}

/// A target that can stand in a Location field: visible ASCII only, so that nothing can end the header line.
bool is_plain_target(std::string_view target) {
    return target.size() <= 2000 && std::ranges::all_of(target, [](char c) { return c > ' ' && c < 0x7F; });
}

std::string_view purpose(const setup::Endpoint& endpoint) {
    const bool tls = endpoint.security == setup::Security::tls;
    switch (endpoint.protocol) {
        case setup::Protocol::imap:
            return tls ? "reading mail (IMAP)" : "reading mail, older programs";
        case setup::Protocol::pop3:
            return tls ? "fetching mail (POP3)" : "fetching mail, older programs";
        case setup::Protocol::smtp:
            return tls ? "sending mail (SMTP)" : "sending mail, older programs";
        case setup::Protocol::sieve:
            return "filter rules (ManageSieve)";
    }
    return "";
}

net::HttpResponse client_settings_page(const Site& site) {
    const std::string& host = site.settings.hostname.str();
    auto endpoints = setup::endpoints(site.settings.pop3, site.settings.managesieve);
    std::ranges::stable_partition(endpoints, [](const auto& one) { return one.security == setup::Security::tls; });
    render::Values values{.texts = {{"HOST", host}},
                          .parts = {{"ROW", {}}, {"ACCOUNT_PAGE", render::when(site.account != nullptr)}}};
    for (const auto& endpoint : endpoints)
        values.parts["ROW"].push_back(
            {.texts = {{"WHAT", std::string(purpose(endpoint))},
                       {"PORT", std::to_string(endpoint.port)},
                       {"SECURITY", endpoint.security == setup::Security::tls ? "SSL/TLS" : "STARTTLS"}}});
    const auto transport = site.https_port == "443" ? TransportSecurity::strict : TransportSecurity::leave;
    return page({.has_form = true, .transport = transport}, assets::client_settings, host, std::move(values));
}

/// A further name: programs may use it, people shall see one site only.
bool is_further_name(const net::HttpRequest& request, const Site& site) {
    const auto host = host_of(request);
    return host != site.settings.hostname.str() && setup::domain_of(host, site.settings.domains()).has_value();
}

net::HttpResponse redirect(int status, const std::string& to, std::string_view target) {
    auto answer = text(status, "See " + to + "\n");
    answer.headers.emplace_back("Location", std::format("{}{}", to, is_plain_target(target) ? target : "/"));
    return answer;
}

bool is_account_path(std::string_view path) {
    return path == "/account" || path.starts_with("/account/");
}

}  // namespace

net::HttpResponse answer_http(const net::HttpRequest& request, const Site& site) {
    if (!is_read(request)) return not_allowed();
    const std::string_view target = request.target;
    if (target.starts_with(challenge_path)) {
        const auto token = target.substr(challenge_path.size());
        if (is_token(token))
            if (auto found = site.find_challenge(token)) return text(200, std::move(*found));
        return text(404, "No such challenge is waiting.\n");
    }
    if (request.path() == client_address_path) return text(200, request.client + "\n");
    // Never to what just stands in the Host field: that would be an open redirect.
    const auto asked = host_of(request);
    const bool is_served = site.has_certificate && site.has_certificate(asked);
    // Outlook follows 302 only ([MS-OXDISCO] §3.1.5.4).
    return redirect(is_autodiscover(request) ? 302 : 301,
                    https_url(site, is_served ? asked : site.settings.hostname.str()), target);
}

net::HttpResponse answer_https(const net::HttpRequest& request, const Site& site) {
    if (auto answer = answer_setup(request, site)) return std::move(*answer);
    if (is_read(request) && is_further_name(request, site))
        return redirect(302, https_url(site, site.settings.hostname.str()), request.target);
    if (site.monitoring && MonitoringSite::is_path(request.path())) return site.monitoring(request);
    if (site.account && is_account_path(request.path())) return site.account(request);
    if (!is_read(request)) return not_allowed();
    if (request.target == style_path) return style_sheet();
    if (request.target == "/") return client_settings_page(site);
    return text(404, "There is nothing here.\n");
}

}  // namespace web
