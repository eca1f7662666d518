#pragma once
/// What port 443 answers to programs that set themselves up: mail programs that look for their servers, and other mail
/// servers that look for our MTA-STS policy.
#include <optional>
#include <string>

#include "net/http_server.h"
#include "web/site.h"

namespace web {

/// The name in the Host field: lower case, without port and final dot.
std::string host_of(const net::HttpRequest& request);

/// Where browsers find the name over HTTPS: "https://mail.example.org".
std::string https_url(const Site& site, std::string_view host);

/// The path of Autodiscover, which programs write in any case.
bool is_autodiscover(const net::HttpRequest& request);

/// Nothing when the request is for none of this.
std::optional<net::HttpResponse> answer_setup(const net::HttpRequest& request, const Site& site);

}  // namespace web
