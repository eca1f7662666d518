#include "web/site.h"

#include <algorithm>
#include <format>

#include "web/assets.h"
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

net::HttpResponse client_settings_page(const Site& site) {
    const std::string& host = site.settings.hostname.str();
    return page({}, assets::client_settings, host,
                {.texts = {{"HOST", host}}, .parts = {{"ACCOUNT_PAGE", render::when(site.account != nullptr)}}});
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
    // Always to our own name, never to the Host field: that would be an open redirect.
    const std::string port = site.https_port == "443" ? "" : ":" + site.https_port;
    auto answer = text(301, "This site speaks HTTPS.\n");
    answer.headers.emplace_back("Location", std::format("https://{}{}{}", site.settings.hostname.str(), port,
                                                        is_plain_target(target) ? target : "/"));
    return answer;
}

net::HttpResponse answer_https(const net::HttpRequest& request, const Site& site) {
    if (site.account && is_account_path(request.path())) return site.account(request);
    if (!is_read(request)) return not_allowed();
    if (request.target == style_path) return style_sheet();
    if (request.target == "/") return client_settings_page(site);
    return text(404, "There is nothing here.\n");
}

}  // namespace web
