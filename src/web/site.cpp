#include "web/site.h"

#include <algorithm>
#include <format>

namespace web {
namespace {

constexpr std::string_view challenge_path = "/.well-known/acme-challenge/";

bool is_read(const net::HttpRequest& request) {
    return request.method == "GET" || request.method == "HEAD";
}

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

std::string client_settings_page(const settings::Settings& settings) {
    const std::string& host = settings.hostname.str();  // letters, digits, '-' and '.': nothing to escape
    return std::format(R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{0}</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 42rem; margin: 3rem auto; padding: 0 1rem; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ text-align: left; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid #8884; }}
</style>
</head>
<body>
<h1>{0}</h1>
<p>This is a mail server. Set up your mail program with:</p>
<table>
<tr><th scope="col">for</th><th scope="col">server</th><th scope="col">port</th><th scope="col">security</th></tr>
<tr><td>reading mail (IMAP)</td><td>{0}</td><td>993</td><td>SSL/TLS</td></tr>
<tr><td>sending mail (SMTP)</td><td>{0}</td><td>465</td><td>SSL/TLS</td></tr>
<tr><td>reading mail, older programs</td><td>{0}</td><td>143</td><td>STARTTLS</td></tr>
<tr><td>sending mail, older programs</td><td>{0}</td><td>587</td><td>STARTTLS</td></tr>
</table>
<p>The user name is the whole mail address.</p>
</body>
</html>
)",
                       host);
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
    // Always to our own name, never to the Host field: that would be an open redirect.
    const std::string port = site.https_port == "443" ? "" : ":" + site.https_port;
    auto answer = text(301, "This site speaks HTTPS.\n");
    answer.headers.emplace_back("Location", std::format("https://{}{}{}", site.settings.hostname.str(), port,
                                                        is_plain_target(target) ? target : "/"));
    return answer;
}

net::HttpResponse answer_https(const net::HttpRequest& request, const Site& site) {
    if (!is_read(request)) return not_allowed();
    if (request.target != "/") return text(404, "There is nothing here.\n");
    return {.content_type = "text/html; charset=utf-8",
            .body = client_settings_page(site.settings),
            .headers = {{"X-Content-Type-Options", "nosniff"},
                        {"Referrer-Policy", "no-referrer"},
                        {"Content-Security-Policy",
                         "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"}}};
}

}  // namespace web
