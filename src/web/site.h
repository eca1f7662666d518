#pragma once
/// What ports 80 and 443 answer, as functions of the request. Port 80 exists for the ACME challenge and for
/// sending people to HTTPS; port 443 shows how to set up a mail client, tells it to programs (client_setup.h), and has
/// the account page.
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "net/http_server.h"
#include "settings/settings.h"

namespace web {

/// The user name that logs in for an address. A wrong one only costs the user a question.
struct Logins {
    std::function<base::EmailAddress(const base::EmailAddress&)> of_address;  ///< empty: the address itself
    std::function<base::Domain(const base::Domain&)> of_domain;  ///< of addresses not told; empty: the domain itself
};

/// The key authorization to answer with for a challenge token (RFC 8555 §8.3), when one is waiting.
using FindChallenge = std::function<std::optional<std::string>(std::string_view token)>;

struct Site {
    settings::Settings settings;
    std::string https_port = "443";  ///< the one published to the world, for redirects
    FindChallenge find_challenge;
    std::function<bool(std::string_view host)> has_certificate;  ///< of its own; empty: none but HOSTNAME has
    Logins logins;
    std::string logo = {};        ///< SVG, for BIMI; empty: there is none
    net::HttpHandler account;     ///< answers /account and below; empty: there is no account page
    net::HttpHandler monitoring;  ///< answers what MonitoringSite::is_path() tells; empty: there is no such page
};

/// Port 80: /.well-known/acme-challenge/<token> and the client's own address; everything else is redirected to HTTPS,
/// on the same name when that has a certificate, else on HOSTNAME.
net::HttpResponse answer_http(const net::HttpRequest& request, const Site& site);

/// Port 443. Pages for people are on HOSTNAME; the further names send them there.
net::HttpResponse answer_https(const net::HttpRequest& request, const Site& site);

}  // namespace web
