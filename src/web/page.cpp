#include "web/page.h"

#include "base/log.h"
#include "base/text.h"
#include "web/assets.h"

namespace web {
namespace {

constexpr std::string_view body_mark = "<!-- body -->\n";

std::vector<std::pair<std::string, std::string>> headers_of(const PageKind& kind) {
    // No script at all, and no style but the file: what got into a page by a fault of ours could not do anything.
    const std::string forms = kind.is_private || kind.has_form ? "'self'" : "'none'";
    auto headers = protective_headers(
        "default-src 'none'; style-src 'self'; form-action " + forms + "; frame-ancestors 'none'; base-uri 'none'",
        kind.transport);
    if (kind.is_private) headers.emplace_back("Cache-Control", "no-store");
    return headers;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> protective_headers(std::string content_policy,
                                                                    TransportSecurity transport) {
    std::vector<std::pair<std::string, std::string>> headers = {
        {"Content-Security-Policy", std::move(content_policy)},
        {"X-Content-Type-Options", "nosniff"},
        {"X-Frame-Options", "DENY"},
        {"Cross-Origin-Opener-Policy", "same-origin"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
        // Not no-referrer: with that, browsers send "Origin: null" from our own forms.
        {"Referrer-Policy", "same-origin"},
    };
    if (transport == TransportSecurity::strict) headers.emplace_back("Strict-Transport-Security", "max-age=31536000");
    return headers;
}

net::HttpResponse page(const PageKind& kind, std::string_view body_template, std::string title, render::Values values) {
    const std::string text = base::replace_all(std::string(assets::frame), body_mark, body_template);
    values.texts.insert_or_assign("TITLE", std::move(title));
    auto html = render::fill_html("page", text, values);
    if (!html) {
        base::log("web", html.error().text);
        return {.status = 500, .body = "Internal error.\n", .headers = headers_of(kind)};
    }
    return {.status = kind.status,
            .content_type = "text/html; charset=utf-8",
            .body = std::move(*html),
            .headers = headers_of(kind)};
}

net::HttpResponse style_sheet() {
    return {.content_type = "text/css; charset=utf-8",
            .body = std::string(assets::style),
            .headers = {{"X-Content-Type-Options", "nosniff"}, {"Cache-Control", "max-age=3600"}}};
}

}  // namespace web
