#include "web/account.h"

#include <algorithm>
#include <format>

#include "base/log.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "crypto/password.h"
#include "web/rules.h"

namespace web {
namespace {

// The prefix makes browsers take them over HTTPS for this host only (RFC 6265bis §4.1.3.2).
constexpr std::string_view session_cookie = "__Host-session";
constexpr std::string_view login_cookie = "__Host-login";  // what ties the login form to the browser it was given to

constexpr std::string_view home = "/account/";

constexpr std::string_view kept_elsewhere =
    "Your password is kept in the directory of your organisation, and can only be changed there.";

constexpr std::string_view wrong_login = "Address or password is not right.";

/// 303, so that loading the page again does not send the form again (RFC 9110 §15.4.4).
net::HttpResponse go_to(std::string target) {
    return {.status = 303,
            .body = "See the account page.\n",
            .headers = {{"Location", std::move(target)}, {"Cache-Control", "no-store"}}};
}

bool is_token(std::string_view text) {
    return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string csrf_of_login(std::string_view cookie) {
    return crypto::sha256_hex(std::format("login form {}", cookie));
}

/// Fixed texts only: an address anybody can send shall not put words on our page.
std::string notice_for(std::string_view target) {
    if (target.ends_with("?done=password")) return "Your password is changed. Log in with the new one.";
    if (target.ends_with("?done=logout")) return "You are logged out.";
    if (target.ends_with("?done=ended")) return "Your session has ended. Log in again.";
    return {};
}

void log(std::string_view what, std::string_view address, std::string_view client) {
    base::log("account", std::format("{}: {} from {}", what, address, client));
}

}  // namespace

PageKind AccountSite::kind(int status) const {
    return {.status = status, .is_private = true, .transport = options_.transport};
}

net::HttpResponse AccountSite::answer(const net::HttpRequest& request) {
    if (request.method == "GET" || request.method == "HEAD") return get(request);
    if (request.method == "POST") return post(request);
    auto refusal = refused(405, "This does not work", "Only GET, HEAD and POST work here.");
    refusal.headers.emplace_back("Allow", "GET, HEAD, POST");  // RFC 9110 §15.5.6
    return refusal;
}

net::HttpResponse AccountSite::get(const net::HttpRequest& request) {
    const auto path = request.path();
    // Whoever opens the address of a form again comes from a page that showed a fault.
    for (const auto form : {"/account", "/account/login", "/account/password", "/account/app-passwords",
                            "/account/app-passwords/revoke", "/account/logout"})
        if (path == form) return go_to(std::string(home));
    if (path != home) return refused(404, "Not found", "There is nothing here.");

    const auto who = visitor(request);
    if (!who) return trouble(who.error());
    if (!*who) return login_form(request, 200, {.notice = notice_for(request.target)});
    AccountPage page{.address = (*who)->address, .chosen = options_.protocols};
    if (request.method == "GET") page.notice = sessions_.take_notice((*who)->id);
    return account_page(**who, 200, std::move(page));
}

net::HttpResponse AccountSite::post(const net::HttpRequest& request) {
    using Action = net::HttpResponse (AccountSite::*)(const Visitor&, const Form&);
    if (!is_from_our_page(request, options_.origins))
        return refused(403, "Not done", "This request did not come from the account page of this server.");
    const auto form = parse_form(request);
    if (!form) return refused(400, "Not done", "The form did not arrive as this server sent it.");
    const auto path = request.path();
    if (path == "/account/login") return log_in(request, *form);

    Action action = nullptr;
    if (path == "/account/password") action = &AccountSite::change_password;
    if (path == "/account/app-passwords") action = &AccountSite::add_app_password;
    if (path == "/account/app-passwords/revoke") action = &AccountSite::revoke_app_password;
    const bool is_logout = path == "/account/logout";
    if (!action && !is_logout) return refused(404, "Not found", "There is nothing here.");

    const auto who = visitor(request);
    if (!who) return trouble(who.error());
    if (!*who) return go_to("/account/?done=ended");
    if (!crypto::equal(form->get("csrf"), (*who)->session.csrf))
        return refused(403, "Not done", "This form is of an earlier session. Open your account and enter it again.");
    return is_logout ? log_out(**who) : (this->*action)(**who, *form);
}

base::Result<std::optional<AccountSite::Visitor>> AccountSite::visitor(const net::HttpRequest& request) {
    const auto id = request.cookie(session_cookie);
    auto session = id ? sessions_.find(*id) : std::nullopt;
    if (!session) return std::nullopt;
    const auto address = base::EmailAddress::parse(session->account);
    if (!address) return std::unexpected(address.error());
    const auto credential = directory_.credential(*address);
    if (!credential) return std::unexpected(credential.error());
    if (*credential != session->credential) {
        sessions_.close(*id);
        return std::nullopt;
    }
    return Visitor{.id = *id, .address = *address, .session = std::move(*session), .client = request.client};
}

net::HttpResponse AccountSite::login_form(const net::HttpRequest& request, int status, LoginPage page) {
    auto token = request.cookie(login_cookie);
    const bool is_new = !token || !is_token(*token);
    if (is_new) {
        auto made = crypto::random_token(32);
        if (!made) return trouble(made.error());
        token = std::move(*made);
    }
    page.csrf = csrf_of_login(*token);
    auto answer = show(kind(status), page);
    if (is_new) answer.headers.push_back(set_cookie(login_cookie, *token));
    return answer;
}

base::Result<AccountSite::Verdict> AccountSite::try_password(const base::EmailAddress& address,
                                                             const std::string& client, const base::Secret& password) {
    if (const auto wait = limits_.refuse(address.str(), client)) return Verdict{.credential = {}, .wait = wait};
    // Asked first: if the password changes meanwhile, the session of the old one ends at its next request.
    const auto credential = directory_.credential(address);
    if (!credential) return std::unexpected(credential.error());
    const auto right = directory_.is_login(address, password, client);
    if (!right) return std::unexpected(right.error());
    if (!*right || !*credential) return Verdict{};
    limits_.succeeded(address.str(), client);
    return Verdict{.credential = **credential, .wait = {}};
}

net::HttpResponse AccountSite::log_in(const net::HttpRequest& request, const Form& form) {
    const auto token = request.cookie(login_cookie);
    const std::string typed(base::trim(form.get("address")));
    if (!token || !is_token(*token) || !crypto::equal(form.get("csrf"), csrf_of_login(*token)))
        return login_form(request, 403,
                          {.address = typed,
                           .fault = "Please log in once more. If this comes again, your browser keeps no cookies of "
                                    "this site; they are needed here."});
    const auto address = base::EmailAddress::parse(typed);
    if (!address) return login_form(request, 403, {.address = typed, .fault = std::string(wrong_login)});
    const auto verdict = try_password(*address, request.client, base::Secret(form.get("password")));
    if (!verdict) return trouble(verdict.error());
    if (verdict->wait) {
        auto answer = login_form(request, 429, {.address = typed, .fault = wait_text(*verdict->wait)});
        add_retry_after(answer, *verdict->wait);
        return answer;
    }
    if (verdict->credential.empty()) {
        log("login refused", address->str(), request.client);
        return login_form(request, 403, {.address = typed, .fault = std::string(wrong_login)});
    }
    if (const auto old = request.cookie(session_cookie)) sessions_.close(*old);
    const auto id = sessions_.open(address->str(), verdict->credential);
    if (!id) return trouble(id.error());
    log("login", address->str(), request.client);
    auto answer = go_to(std::string(home));
    answer.headers.push_back(set_cookie(session_cookie, *id));
    answer.headers.push_back(drop_cookie(login_cookie));
    return answer;
}

net::HttpResponse AccountSite::change_password(const Visitor& visitor, const Form& form) {
    const auto& address = visitor.address;
    const NewPassword choice{
        .current = form.get("current"), .fresh = form.get("fresh"), .repeated = form.get("repeated")};
    const auto view = directory_.show(address);
    if (!view) return trouble(view.error());
    if (!view->has_own_password) return not_done(visitor, 422, std::string(kept_elsewhere));
    if (auto fault = fault_of(choice, address)) return not_done(visitor, 422, std::move(*fault));
    const auto verdict = try_password(address, visitor.client, base::Secret(choice.current));
    if (!verdict) return trouble(verdict.error());
    if (verdict->wait) {
        auto answer = not_done(visitor, 429, wait_text(*verdict->wait));
        add_retry_after(answer, *verdict->wait);
        return answer;
    }
    if (verdict->credential.empty()) return not_done(visitor, 403, "The password you have now is not right.");
    if (const auto changed = directory_.set_password(address, base::Secret(choice.fresh)); !changed)
        return not_done(visitor, changed.error());
    sessions_.close_all(address.str());
    log("password changed by its owner", address.str(), visitor.client);
    auto answer = go_to("/account/?done=password");
    answer.headers.push_back(drop_cookie(session_cookie));
    return answer;
}

net::HttpResponse AccountSite::add_app_password(const Visitor& visitor, const Form& form) {
    const auto& address = visitor.address;
    const std::string name(base::trim(form.get("name")));
    std::vector<std::string> chosen;
    std::ranges::copy_if(options_.protocols, std::back_inserter(chosen), [&](const auto& id) { return form.has(id); });

    const auto again = [&](std::string fault) {
        return account_page(visitor, 422,
                            {.address = address, .fault = std::move(fault), .new_name = name, .chosen = chosen});
    };
    if (auto fault = fault_of_name(name)) return again(std::move(*fault));
    if (chosen.empty()) return again("Choose what the app password may be used for.");
    const auto view = directory_.show(address);
    if (!view) return trouble(view.error());
    if (!view->has_own_password) return not_done(visitor, 422, std::string(kept_elsewhere));
    if (view->app_passwords.size() >= most_app_passwords)
        return again(std::format("There are {} app passwords already: revoke one you no longer use first.",
                                 view->app_passwords.size()));
    const auto made = directory_.add_app_password(address, name, chosen);
    if (!made && made.error().kind == base::ErrorKind::exists)
        return again(std::format("There is an app password named “{}” already: take another name.", name));
    if (!made) return not_done(visitor, made.error());
    log("app password made", address.str(), visitor.client);
    sessions_.leave_notice(visitor.id, {.text = std::format("The password for “{}”:", name), .secret = *made});
    return go_to(std::string(home));
}

net::HttpResponse AccountSite::revoke_app_password(const Visitor& visitor, const Form& form) {
    const std::string name = form.get("name");
    const auto revoked = directory_.revoke_app_password(visitor.address, name);
    // Gone already, by another window: that is what was wanted.
    if (!revoked && revoked.error().kind != base::ErrorKind::not_found) return not_done(visitor, revoked.error());
    if (revoked) log("app password revoked", visitor.address.str(), visitor.client);
    sessions_.leave_notice(visitor.id, {.text = std::format("The app password “{}” is revoked.", name), .secret = {}});
    return go_to(std::string(home));
}

net::HttpResponse AccountSite::log_out(const Visitor& visitor) {
    sessions_.close(visitor.id);
    auto answer = go_to("/account/?done=logout");
    answer.headers.push_back(drop_cookie(session_cookie));
    return answer;
}

net::HttpResponse AccountSite::account_page(const Visitor& visitor, int status, AccountPage page) {
    auto view = directory_.show(visitor.address);
    if (!view) return trouble(view.error());
    page.csrf = visitor.session.csrf;
    page.view = std::move(*view);
    page.protocols = options_.protocols;
    return show(kind(status), page);
}

net::HttpResponse AccountSite::not_done(const Visitor& visitor, int status, std::string fault) {
    return account_page(visitor, status,
                        {.address = visitor.address, .fault = std::move(fault), .chosen = options_.protocols});
}

net::HttpResponse AccountSite::not_done(const Visitor& visitor, const base::Error& error) {
    if (error.kind != base::ErrorKind::usage) return trouble(error);
    return not_done(visitor, 422, error.text);
}

net::HttpResponse AccountSite::trouble(const base::Error& error) {
    base::log("account", error.text);
    return refused(503, "Not now",
                   "The server cannot do this at the moment. Nothing was changed; try again in a minute.");
}

net::HttpResponse AccountSite::refused(int status, std::string heading, std::string text) {
    return message_page(kind(status), std::move(heading), std::move(text));
}

}  // namespace web
