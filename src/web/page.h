#pragma once
/// One look and one set of protective headers for everything a browser shows.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/http_server.h"
#include "render/render.h"

namespace web {

constexpr std::string_view style_path = "/style.css";

/// Whether browsers shall refuse to speak to HOSTNAME without TLS from now on (RFC 6797).
enum class TransportSecurity { leave, strict };

/// How a page is sent.
struct PageKind {
    int status = 200;
    bool is_private = false;  ///< about somebody: kept by no cache, and may have forms
    bool has_form = false;    ///< may have forms all the same
    TransportSecurity transport = TransportSecurity::leave;
};

/// What keeps a browser from doing with an answer what it is not for; `content_policy` is its Content-Security-Policy.
std::vector<std::pair<std::string, std::string>> protective_headers(std::string content_policy,
                                                                    TransportSecurity transport);

/// The page of a template from assets, in the common frame, with its values escaped. `title` is the window's.
net::HttpResponse page(const PageKind& kind, std::string_view body_template, std::string title, render::Values values);

/// The stylesheet.
net::HttpResponse style_sheet();

}  // namespace web
