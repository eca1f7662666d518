#include "web/monitoring.h"

#include <format>

#include "base/log.h"
#include "json/json.h"
#include "web/assets.h"
#include "web/form.h"
#include "web/monitoring_rules.h"
#include "web/rules.h"

namespace web {
namespace {

constexpr std::string_view session_cookie = "__Host-monitoring";
constexpr const char* account = "monitoring";  // the one there is, whatever the operator calls it
constexpr std::string_view home = "/monitoring/";
constexpr std::string_view filter_home = "/rspamd";

constexpr const char* viewer_policy =
    "default-src 'self'; img-src 'self' data:; style-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'";
// The filter's pages have style in them.
constexpr const char* filter_policy =
    "default-src 'self'; img-src 'self' data:; font-src 'self' data:; style-src 'self' 'unsafe-inline'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

net::HttpResponse go_to(std::string target) {
    return {.status = 303,
            .body = "See the next page.\n",
            .headers = {{"Location", std::move(target)}, {"Cache-Control", "no-store"}}};
}

/// As Prometheus words its errors.
net::HttpResponse fault(int status, const char* type, std::string text) {
    return {
        .status = status,
        .content_type = "application/json",
        .body = json::dump(json::object({{"status", "error"}, {"errorType", type}, {"error", std::move(text)}})) + "\n",
        .headers = {{"Cache-Control", "no-store"}}};
}

net::HttpResponse not_logged_in(const net::HttpRequest& request) {
    auto answer = fault(401, "unauthorized", "Log in first.");
    // A browser would ask for a password in a window of its own; our pages send people to the login page.
    if (request.header("sec-fetch-mode").empty())
        answer.headers.emplace_back("WWW-Authenticate", "Basic realm=\"monitoring\", charset=\"UTF-8\"");
    return answer;
}

net::HttpResponse protect(net::HttpResponse answer, const char* policy, TransportSecurity transport) {
    for (auto& header : protective_headers(policy, transport)) answer.headers.push_back(std::move(header));
    return answer;
}

bool is_read(const net::HttpRequest& request) {
    return request.method == "GET" || request.method == "HEAD";
}

net::HttpResponse only(const char* methods) {
    auto answer = fault(405, "bad_data", std::format("Only {} work here.", methods));
    answer.headers.emplace_back("Allow", methods);
    return answer;
}

/// What a person opens, in contrast to what a page of ours loads.
bool is_page(std::string_view path) {
    return path == home || path.starts_with("/monitoring/d/") || path == "/rspamd/";
}

}  // namespace

bool MonitoringSite::is_path(std::string_view path) {
    for (const std::string_view root : {"/monitoring", "/rspamd"})
        if (path.starts_with(root) && (path.size() == root.size() || path[root.size()] == '/')) return true;
    return false;
}

net::HttpResponse MonitoringSite::answer(const net::HttpRequest& request) {
    const auto path = request.path();
    if (!is_read(request) && request.method != "POST")
        return protect(only("GET, HEAD, POST"), viewer_policy, options_.transport);
    if (!options_.enabled || !options_.has_password) return closed(request);
    if (path == "/monitoring" || path == "/rspamd") return go_to(std::string(path) + "/");
    if (path == "/monitoring/api/login" && request.method == "POST") return log_in(request);
    if (path == "/monitoring/api/logout" && request.method == "POST") return log_out(request);
    if (path.starts_with("/monitoring/api/")) return protect(api(request), viewer_policy, options_.transport);
    if (path == "/monitoring/login" && is_read(request)) {
        const auto query = request.target.size() > path.size() ? request.target.substr(path.size() + 1) : "";
        const auto next = page_after_login(parse_fields(query).value_or(Form({})).get("next"));
        return has_session(request) ? go_to(next) : login_page(200, next, {});
    }
    if (!has_session(request)) {
        if (is_page(path) && is_read(request)) return login_page(200, page_after_login(request.target), {});
        return protect(not_logged_in(request), viewer_policy, options_.transport);
    }
    if (path.starts_with(filter_home)) return protect(filter(request), filter_policy, options_.transport);
    if (!is_read(request)) return protect(only("GET, HEAD"), viewer_policy, options_.transport);
    return file(request);
}

net::HttpResponse MonitoringSite::closed(const net::HttpRequest& request) {
    const bool off = !options_.enabled;
    const std::string heading = off ? "The monitoring is switched off" : "Nobody can log in here yet";
    const std::string text =
        off ? "To switch it on, set METRICS=true in settings.env, then run ./start_mailserver.sh and "
              "./start_monitoring.sh."
            : "No password is set. Choose a long one, since this page is open to the internet, and put it into "
              "settings.env: GF_SECURITY_ADMIN_PASSWORD=… Then run ./start_mailserver.sh again.";
    if (is_page(request.path()) || request.path() == "/monitoring" || request.path() == "/rspamd" ||
        request.path() == "/monitoring/login")
        return message(503, heading, text);
    return protect(fault(503, "unavailable", heading + ". " + text), viewer_policy, options_.transport);
}

net::HttpResponse MonitoringSite::message(int status, std::string heading, std::string text) {
    return page({.status = status, .is_private = true, .transport = options_.transport}, assets::monitoring_message,
                heading, {.texts = {{"HEADING", heading}, {"TEXT", std::move(text)}}});
}

net::HttpResponse MonitoringSite::login_page(int status, std::string_view next, std::string fault_text) {
    render::Values values{.texts = {{"NEXT", std::string(next)}}, .parts = {{"FAULT", {}}}};
    if (!fault_text.empty()) values.parts["FAULT"].push_back({.texts = {{"TEXT", std::move(fault_text)}}});
    return page({.status = status, .is_private = true, .transport = options_.transport}, assets::monitoring_login,
                "Mail server monitoring", std::move(values));
}

bool MonitoringSite::has_session(const net::HttpRequest& request) {
    const auto id = request.cookie(session_cookie);
    return id && sessions_.find(*id);
}

MonitoringSite::Try MonitoringSite::try_password(const std::string& name, const std::string& password,
                                                 const std::string& client, std::chrono::seconds& wait) {
    const std::scoped_lock lock(login_mutex_);
    if (const auto left = limits_.refuse(account, client)) {
        wait = *left;
        return Try::refused;
    }
    if (!house_.is_login(name, base::Secret(password), client)) {
        base::log("monitoring", std::format("login refused from {}", client));
        return Try::wrong;
    }
    limits_.succeeded(account, client);
    return Try::right;
}

net::HttpResponse MonitoringSite::log_in(const net::HttpRequest& request) {
    if (!is_from_our_page(request, options_.origins))
        return login_page(403, home, "This request did not come from the login page of this server.");
    const auto form = parse_form(request);
    if (!form) return login_page(400, home, "The form did not arrive as this server sent it.");
    const auto next = page_after_login(form->get("next"));
    std::chrono::seconds wait{0};
    switch (try_password(form->get("user"), form->get("password"), request.client, wait)) {
        case Try::refused: {
            auto answer = login_page(429, next, wait_text(wait));
            add_retry_after(answer, wait);
            return answer;
        }
        case Try::wrong:
            return login_page(403, next, "User name or password is not right.");
        case Try::right:
            break;
    }
    if (const auto old = request.cookie(session_cookie)) sessions_.close(*old);
    const auto id = sessions_.open(account, {});
    if (!id) return message(503, "Not now", "The server has no random numbers. Try again in a minute.");
    base::log("monitoring", std::format("login from {}", request.client));
    auto answer = go_to(next);
    answer.headers.push_back(set_cookie(session_cookie, *id));
    return answer;
}

net::HttpResponse MonitoringSite::log_out(const net::HttpRequest& request) {
    if (!is_from_our_page(request, options_.origins))
        return message(403, "Not done", "This request did not come from a page of this server.");
    if (const auto id = request.cookie(session_cookie)) sessions_.close(*id);
    auto answer = go_to("/monitoring/login");
    answer.headers.push_back(drop_cookie(session_cookie));
    return answer;
}

net::HttpResponse MonitoringSite::api(const net::HttpRequest& request) {
    const bool by_session = has_session(request);
    if (!by_session) {
        const auto login = basic_login(request);
        if (!login) return not_logged_in(request);
        std::chrono::seconds wait{0};
        const auto outcome = try_password(login->first, login->second, request.client, wait);
        if (outcome == Try::wrong) return not_logged_in(request);
        if (outcome == Try::refused) {
            auto answer = fault(429, "unauthorized", wait_text(wait));
            add_retry_after(answer, wait);
            return answer;
        }
    }
    if (request.path() == "/monitoring/api/dns/check") {
        if (request.method != "POST") return only("POST");
        if (by_session && !is_from_our_page(request, options_.origins))
            return fault(403, "forbidden", "This request did not come from a page of this server.");
        return check_dns();
    }
    if (is_store_question(request.path())) return ask_store(request);
    return fault(404, "not_found", "There is nothing here.");
}

net::HttpResponse MonitoringSite::check_dns() {
    if (const auto begun = house_.check_dns(); !begun) return fault(503, "unavailable", begun.error().text);
    return {.status = 202,
            .content_type = "application/json",
            .body = "{\"status\":\"success\"}\n",
            .headers = {{"Cache-Control", "no-store"}}};
}

net::HttpResponse MonitoringSite::ask_store(const net::HttpRequest& request) {
    struct Counted {
        std::atomic<int>& count;
        int before = count.fetch_add(1);
        ~Counted() { --count; }
    } const counted{.count = questions_};
    if (counted.before >= most_questions) {
        auto answer = fault(503, "unavailable", "Too many questions at once.");
        add_retry_after(answer, std::chrono::seconds(1));
        return answer;
    }
    Forward question{.method = request.method == "POST" ? "POST" : "GET",
                     .target = request.target.substr(store_prefix.size()),
                     .headers = {},
                     .body = request.body};
    if (request.method == "POST") question.headers = {{"content-type", "application/x-www-form-urlencoded"}};
    auto answer = house_.ask_store(question);
    if (!answer) return fault(502, "unavailable", answer.error().text);
    answer->headers = {{"Cache-Control", "no-store"}};
    return std::move(*answer);
}

net::HttpResponse MonitoringSite::filter(const net::HttpRequest& request) {
    if (request.method == "POST" && !is_from_our_page(request, options_.origins))
        return fault(403, "forbidden", "This request did not come from a page of this server.");
    if (request.path().contains("..") || request.path().contains('%'))
        return fault(404, "not_found", "There is nothing here.");
    auto answer = house_.ask_filter({.method = request.method == "POST" ? "POST" : "GET",
                                     .target = request.target.substr(filter_home.size()),
                                     .headers = headers_for_filter(request),
                                     .body = request.body});
    if (!answer) return fault(502, "unavailable", answer.error().text);
    answer->headers = {{"Cache-Control", "private, no-cache"}};
    return std::move(*answer);
}

net::HttpResponse MonitoringSite::file(const net::HttpRequest& request) {
    const auto path = request.path();
    const std::string_view name = is_page(path) ? "index.html" : path.substr(home.size());
    if (files_.has(name)) return protect(files_.answer(name, request), viewer_policy, options_.transport);
    if (is_page(path)) return message(503, "Not here", "The dashboards are not part of this image.");
    return protect(fault(404, "not_found", "There is nothing here."), viewer_policy, options_.transport);
}

}  // namespace web
