#include "web/client_files.h"

#include <algorithm>
#include <format>

#include "base/text.h"
#include "crypto/digest.h"
#include "render/render.h"
#include "web/assets.h"

namespace web {
namespace {

using setup::Endpoint, setup::Protocol, setup::Security;

std::string_view name(Protocol protocol) {
    switch (protocol) {
        case Protocol::imap:
            return "imap";
        case Protocol::pop3:
            return "pop3";
        case Protocol::smtp:
            return "smtp";
        case Protocol::sieve:
            return "sieve";
    }
    return "";
}

render::Values values_of(const ClientServer& server, const Endpoint& endpoint, const std::string& login) {
    return {.texts = {{"HOST", server.host.str()}, {"PORT", std::to_string(endpoint.port)}, {"LOGIN", login}}};
}

/// The port of the protocol with TLS from the first octet.
int port_of(const ClientServer& server, Protocol protocol) {
    const auto found = std::ranges::find_if(server.endpoints, [&](const Endpoint& endpoint) {
        return endpoint.protocol == protocol && endpoint.security == Security::tls;
    });
    return found == server.endpoints.end() ? 0 : found->port;
}

/// The text of the first element of this name, whatever its namespace prefix; nothing when there is none.
std::optional<std::string> element(std::string_view xml, std::string_view wanted) {
    for (auto open = xml.find('<'); open != std::string_view::npos; open = xml.find('<', open + 1)) {
        const auto close = xml.find('>', open);
        if (close == std::string_view::npos) return std::nullopt;
        auto tag = xml.substr(open + 1, close - open - 1);
        tag = tag.substr(0, tag.find_first_of(" \t\r\n/"));
        tag = tag.substr(tag.find(':') + 1);  // npos + 1 is 0
        if (tag != wanted) continue;
        const auto end = xml.find('<', close);
        if (end == std::string_view::npos) return std::nullopt;
        return std::string(base::trim(xml.substr(close + 1, end - close - 1)));
    }
    return std::nullopt;
}

/// An id that is always the same for the same things (RFC 9562 §5.8).
std::string uuid_of(std::string_view what, const ClientServer& server, const base::EmailAddress& address) {
    auto hex = crypto::sha256_hex(std::format("{}\n{}\n{}", what, server.host.str(), address.str()));
    hex[12] = '8';
    hex[16] = "89ab"[static_cast<unsigned char>(hex[16]) % 4];
    return base::upper(std::format("{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4),
                                   hex.substr(16, 4), hex.substr(20, 12)));
}

}  // namespace

base::Result<std::string> autoconfig(const ClientServer& server, const base::Domain& domain, const std::string& login) {
    render::Values values{.texts = {{"DOMAIN", domain.str()}, {"SITE", server.site}},
                          .parts = {{"INCOMING", {}}, {"OUTGOING", {}}}};
    for (const auto& endpoint : server.endpoints) {
        if (endpoint.protocol == Protocol::sieve) continue;  // the format has no place for it
        auto one = values_of(server, endpoint, login);
        one.texts["TYPE"] = name(endpoint.protocol);
        one.texts["SECURITY"] = endpoint.security == Security::tls ? "SSL" : "STARTTLS";
        values.parts[endpoint.protocol == Protocol::smtp ? "OUTGOING" : "INCOMING"].push_back(std::move(one));
    }
    return render::fill("autoconfig.xml", assets::autoconfig, values);
}

std::optional<AutodiscoverRequest> read_autodiscover(std::string_view body) {
    if (body.contains("<!")) return std::nullopt;
    auto address = element(body, "EMailAddress");
    if (!address) return std::nullopt;
    const auto schema = element(body, "AcceptableResponseSchema");
    return AutodiscoverRequest{.address = std::move(*address),
                               .wants_mail = !schema || schema->contains("/outlook/responseschema/")};
}

base::Result<std::string> autodiscover(const ClientServer& server, const base::EmailAddress& address,
                                       const std::string& login) {
    render::Values found{.texts = {{"ADDRESS", address.str()}}, .parts = {{"PROTOCOL", {}}}};
    for (const auto& endpoint : server.endpoints) {
        // Programs take one port of each protocol, and sieve is unknown to them.
        if (endpoint.security != Security::tls) continue;
        auto one = values_of(server, endpoint, login);
        one.texts["TYPE"] = base::upper(name(endpoint.protocol));
        found.parts["PROTOCOL"].push_back(std::move(one));
    }
    return render::fill("autodiscover.xml", assets::autodiscover, {.parts = {{"FOUND", {found}}, {"FAULT", {}}}});
}

base::Result<std::string> autodiscover_fault(AutodiscoverFault fault) {
    const bool invalid = fault == AutodiscoverFault::invalid_request;
    const render::Values values{
        .texts = {{"CODE", std::to_string(static_cast<int>(fault))},
                  {"TEXT", invalid ? "Invalid request, or no mailbox of this server" : "This schema is not offered"}}};
    return render::fill("autodiscover.xml", assets::autodiscover, {.parts = {{"FOUND", {}}, {"FAULT", {values}}}});
}

base::Result<std::string> apple_profile(const ClientServer& server, const base::EmailAddress& address,
                                        const std::string& login) {
    return render::fill("profile.xml", assets::profile,
                        {.texts = {{"HOST", server.host.str()},
                                   {"DOMAIN", address.domain().str()},
                                   {"ADDRESS", address.str()},
                                   {"LOGIN", login},
                                   {"PROFILE_ID", uuid_of("profile", server, address)},
                                   {"ACCOUNT_ID", uuid_of("account", server, address)},
                                   {"INCOMING_PORT", std::to_string(port_of(server, Protocol::imap))},
                                   {"OUTGOING_PORT", std::to_string(port_of(server, Protocol::smtp))}}});
}

}  // namespace web
