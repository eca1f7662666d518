#pragma once
/// The inner door: what the engines ask the supervisor over HTTP on loopback. Thin: it checks the key, reads the
/// question and hands it to who decides.
///
///   POST /auth-policy?command=allow   Dovecot, before a login: may it be tried?
///   POST /auth-policy?command=report  Dovecot, after it: how it went
///   POST /may-send                    the filter, for a submitted mail: its login and its From and Sender headers;
///                                     the answer is `allow` or `refuse <text of the SMTP reply>`
///   POST /outbound                    the filter, for a submitted mail that has passed everything else; the answer
///                                     is `pass` or `hold`
///   POST /reports                     the filter, for what is attached to mail for the admin: reports of other
///                                     servers about this one
#include <functional>
#include <set>

#include "base/address.h"
#include "base/clock.h"
#include "base/secret.h"
#include "logins/login.h"
#include "net/http_server.h"
#include "outbound/guard.h"
#include "policy/header_from.h"
#include "policy/login_guard.h"

namespace policy {

/// The request header with the key that only the engines know; Dovecot's own choice.
constexpr std::string_view key_header = "x-api-key";

/// What the door leads to. All functions are called on several threads at once.
struct Door {
    base::Secret key;
    const base::Clock& clock;
    LoginGuard& logins;
    std::function<void(logins::Login)> record;
    std::set<base::Domain> served;
    MaySend may_send;
    outbound::Guard& outbound;
    net::HttpHandler reports;
    /// The password opened this account, which has still the hash of another server.
    std::function<void(const std::string& login, const base::Secret& password)> renew_hash;
};

/// 403 without the key, 400 for what is no question of these, 503 when nobody can tell.
net::HttpResponse answer(const net::HttpRequest& request, const Door& door);

}  // namespace policy
