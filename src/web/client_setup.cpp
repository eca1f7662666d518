#include "web/client_setup.h"

#include <algorithm>
#include <format>

#include "base/log.h"
#include "base/text.h"
#include "setup/host_names.h"
#include "setup/logo.h"
#include "setup/mta_sts.h"
#include "web/client_files.h"
#include "web/form.h"

namespace web {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

net::HttpResponse plain(int status, std::string text) {
    return {.status = status, .body = std::move(text), .headers = {{"X-Content-Type-Options", "nosniff"}}};
}

net::HttpResponse file(base::Result<std::string> content, std::string type, Headers headers = {}) {
    if (!content) {
        base::log("web", content.error().text);
        return plain(500, "Internal error.\n");
    }
    headers.emplace_back("X-Content-Type-Options", "nosniff");
    headers.emplace_back("Cache-Control", "no-store");
    return {.content_type = std::move(type), .body = std::move(*content), .headers = std::move(headers)};
}

ClientServer server_of(const Site& site) {
    return {.host = site.settings.hostname,
            .site = https_url(site, site.settings.hostname.str()),
            .endpoints = setup::endpoints(site.settings.pop3, site.settings.managesieve)};
}

/// A field of the query; empty when there is none, or when the query is no good.
std::string query(const net::HttpRequest& request, std::string_view name) {
    const auto path = request.path();
    if (path.size() == request.target.size()) return "";
    const auto fields = parse_fields(std::string_view(request.target).substr(path.size() + 1));
    return fields ? fields->get(name) : "";
}

/// A mailbox this server may have: whether it does is nobody's business.
std::optional<base::EmailAddress> mailbox(std::string_view text, const Site& site) {
    auto address = base::EmailAddress::parse(text);
    if (!address || !std::ranges::contains(site.settings.domains(), address->domain())) return std::nullopt;
    return std::move(*address);
}

std::string login_of(const base::EmailAddress& address, const Site& site) {
    return site.logins.of_address ? site.logins.of_address(address).str() : address.str();
}

/// For programs that do not tell the address.
std::string login_in(const base::Domain& domain, const Site& site) {
    const auto its = site.logins.of_domain ? site.logins.of_domain(domain) : domain;
    return its == domain ? "%EMAILADDRESS%" : "%EMAILLOCALPART%@" + its.str();
}

net::HttpResponse answer_autoconfig(const net::HttpRequest& request, const Site& site) {
    const auto server = server_of(site);
    constexpr const char* type = "text/xml; charset=utf-8";
    if (const auto asked = query(request, "emailaddress"); !asked.empty()) {
        const auto address = mailbox(asked, site);
        if (!address) return plain(404, "This server has no such mailbox.\n");
        return file(autoconfig(server, address->domain(), login_of(*address, site)), type);
    }
    const auto domain = setup::domain_of(host_of(request), site.settings.domains()).value_or(site.settings.domain);
    return file(autoconfig(server, domain, login_in(domain, site)), type);
}

base::Result<std::string> autodiscover_answer(const net::HttpRequest& request, const Site& site) {
    const auto asked = request.method == "POST" ? read_autodiscover(request.body) : std::nullopt;
    const auto address = asked ? mailbox(asked->address, site) : std::nullopt;
    if (!address) return autodiscover_fault(AutodiscoverFault::invalid_request);
    if (!asked->wants_mail) return autodiscover_fault(AutodiscoverFault::other_schema);
    return autodiscover(server_of(site), *address, login_of(*address, site));
}

/// Where newer programs ask first: which of the protocols of Autodiscover is spoken where.
net::HttpResponse answer_autodiscover_json(const net::HttpRequest& request, const Site& site) {
    if (base::lower(query(request, "Protocol")) == "autodiscoverv1" ||
        base::lower(query(request, "protocol")) == "autodiscoverv1")
        return file(std::format("{{\"Protocol\":\"AutodiscoverV1\",\"Url\":\"{}/autodiscover/autodiscover.xml\"}}\n",
                                server_of(site).site),
                    "application/json");
    auto answer = file("{\"ErrorCode\":\"ProtocolNotSupported\",\"ErrorMessage\":\"Only AutodiscoverV1 is.\"}\n",
                       "application/json");
    answer.status = 404;
    return answer;
}

net::HttpResponse answer_profile(const net::HttpRequest& request, const Site& site) {
    const auto address = mailbox(query(request, "email"), site);
    if (!address) return plain(404, "Add the mail address, one of this server: /email.mobileconfig?email=…\n");
    return file(apple_profile(server_of(site), *address, login_of(*address, site)), "application/x-apple-aspen-config",
                {{"Content-Disposition",
                  std::format("attachment; filename=\"{}.mobileconfig\"", site.settings.hostname.str())}});
}

/// RFC 8461 §3.3: only on this name, and never by a redirect.
net::HttpResponse answer_mta_sts(const net::HttpRequest& request, const Site& site) {
    const auto& settings = site.settings;
    const auto host = host_of(request);
    const bool is_policy_host = host.starts_with(setup::mta_sts_prefix) && setup::domain_of(host, settings.domains());
    if (settings.mta_sts.empty() || !is_policy_host) return plain(404, "There is no policy for this name.\n");
    auto answer = plain(200, setup::mta_sts_policy(settings.mta_sts, settings.hostname, settings.mta_sts_max_age));
    answer.content_type = "text/plain";
    return answer;
}

}  // namespace

std::string host_of(const net::HttpRequest& request) {
    std::string host = base::lower(request.host.substr(0, request.host.find(':')));
    if (host.ends_with('.')) host.pop_back();
    return host;
}

std::string https_url(const Site& site, std::string_view host) {
    return std::format("https://{}{}", host, site.https_port == "443" ? "" : ":" + site.https_port);
}

bool is_autodiscover(const net::HttpRequest& request) {
    return base::lower(request.path()).starts_with("/autodiscover/");
}

std::optional<net::HttpResponse> answer_setup(const net::HttpRequest& request, const Site& site) {
    const auto path = request.path();
    if (is_autodiscover(request)) {
        const auto lower = base::lower(path);
        if (lower == "/autodiscover/autodiscover.xml")
            return file(autodiscover_answer(request, site), "text/xml; charset=utf-8");
        if (lower.starts_with("/autodiscover/autodiscover.json")) return answer_autodiscover_json(request, site);
        return std::nullopt;
    }
    if (request.method != "GET" && request.method != "HEAD") return std::nullopt;
    if (path == "/.well-known/mta-sts.txt") return answer_mta_sts(request, site);
    if (path == "/mail/config-v1.1.xml" || path == "/.well-known/autoconfig/mail/config-v1.1.xml")
        return answer_autoconfig(request, site);
    if (path == "/email.mobileconfig") return answer_profile(request, site);
    if (path == setup::logo_path && !site.logo.empty()) return file(site.logo, "image/svg+xml");
    return std::nullopt;
}

}  // namespace web
