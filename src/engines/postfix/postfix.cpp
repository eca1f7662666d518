#include "engines/postfix/postfix.h"

#include <algorithm>
#include <format>
#include <set>
#include <tuple>

#include "base/text.h"
#include "engines/networks.h"
#include "engines/sockets.h"
#include "engines/template_file.h"

namespace engines {
namespace {

/// What `postfix check` would make, with the owners and modes of /etc/postfix/postfix-files.
std::vector<Directory> queue_directories(const std::string& queue) {
    std::vector<Directory> all{{.path = queue},
                               {.path = queue + "/pid"},
                               {.path = queue + "/public", .mode = 0710, .user = "postfix", .group = "postdrop"},
                               {.path = queue + "/maildrop", .mode = 0730, .user = "postfix", .group = "postdrop"}};
    for (const char* name :
         {"active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private", "saved", "trace"})
        all.push_back({.path = queue + "/" + name, .mode = 0700, .user = "postfix", .group = "root"});
    return all;
}

/// HOSTNAME takes mail for aliases only, so that postmaster@HOSTNAME works; nothing when it is one of the domains.
std::string alias_domains(const settings::Settings& settings) {
    const auto is_host = [&](const base::Domain& domain) { return domain.str() == settings.hostname.str(); };
    return std::ranges::any_of(settings.domains(), is_host) ? "" : settings.hostname.str();
}

/// Our domains as alternatives of a regular expression: example\.org|mail\.example\.org
std::string own_domains(const settings::Settings& settings) {
    std::set<std::string> names{settings.hostname.str()};
    for (const auto& domain : settings.domains()) names.insert(domain.str());
    return base::replace_all(base::join({names.begin(), names.end()}, "|"), ".", "\\.");
}

/// How a relay is spoken to: the options of its transport in master.cf.
render::Values relay_options(std::string_view tls, bool wrapper) {
    return {.texts = {{"LEVEL", tls == "verify" ? "secure" : std::string(tls)}, {"WRAPPER", wrapper ? "yes" : "no"}}};
}

/// The transports for relays, one for each way to use TLS; accounts' view lookup_relay knows their names, too.
std::vector<render::Values> relay_transports() {
    std::vector<render::Values> all;
    for (const auto& [name, tls, wrapper] : {std::tuple{"relay-verify", "verify", false},
                                             {"relay-encrypt", "encrypt", false},
                                             {"relay-may", "may", false},
                                             {"relays-verify", "verify", true},
                                             {"relays-encrypt", "encrypt", true}}) {
        all.push_back(relay_options(tls, wrapper));
        all.back().texts["NAME"] = std::format("{:<14}", name);
    }
    return all;
}

/// The same for the settings' relay; nothing without one.
std::vector<render::Values> through_relay(const settings::RelayHost& relay) {
    if (!relay.host) return {};
    return {relay_options(relay.tls, relay.port == 465)};
}

std::string next_hop(const settings::RelayHost& relay) {
    return std::format("[{}]:{}", relay.host->str(), relay.port);
}

/// Postfix' transport to the settings' relay: relay-verify:[smtp.provider.example]:587
std::string relay_transport(const settings::RelayHost& relay) {
    return std::format("{}-{}:{}", relay.port == 465 ? "relays" : "relay", relay.tls, next_hop(relay));
}

/// The tables of forwarding (SRS); none when it is off.
std::vector<Wanted> forwarding_files(const settings::Settings& settings, const std::string& etc) {
    if (!settings.srs) return {};
    const auto domain = base::replace_all(settings.domain.str(), ".", "\\.");
    const auto port = std::to_string(second_pass_port), own = own_domains(settings);
    return {{etc + "foreign-senders.regexp", {.texts = {{"OWN", own}, {"SECOND_PASS_PORT", port}}}},
            {etc + "srs-senders.regexp", {}},
            {etc + "srs-impossible.regexp", {.texts = {{"OWN", own}, {"DOMAIN", settings.domain.str()}}}},
            {etc + "srs-recipients.regexp", {.texts = {{"DOMAIN", domain}}}},
            {etc + "srs-forged.regexp", {.texts = {{"DOMAIN", domain}}}},
            {etc + "srs-spam.regexp", {.texts = {{"NEXT_HOP", settings.relay.host ? next_hop(settings.relay) : ""}}}}};
}

render::Values master_values(const settings::Settings& settings) {
    render::Values values{.texts = {{"INNER_MAIL_PORT", std::to_string(inner_mail_port)}},
                          .parts = {{"SRS", {}},
                                    {"RELAY", relay_transports()},
                                    {"REWRITE_MESSAGE_ID", render::when(settings.rewrite_message_id)},
                                    // Never smtpd or smtp: their talk has passwords in it.
                                    {"DEBUG", render::when(settings.debugs("postfix"))},
                                    {"PROXY", {}}}};
    if (!settings.proxy_networks.empty())
        values.parts["PROXY"] = {{.parts = {{"REWRITE_MESSAGE_ID", render::when(settings.rewrite_message_id)}}}};
    if (settings.srs)
        values.parts["SRS"] = {{.texts = {{"SECOND_PASS_PORT", std::to_string(second_pass_port)},
                                          {"FORWARD_PORT", std::to_string(srs_forward_port)}},
                                .parts = {{"RELAY_HOST", through_relay(settings.relay)}}}};
    return values;
}

/// A part of a template with one value of its own, or nothing.
std::vector<render::Values> part(bool present, const std::string& name, const std::string& value) {
    if (!present) return {};
    return {{.texts = {{name, value}}}};
}

render::Values main_values(const settings::Settings& settings, const Paths& paths, const std::string& data,
                           const std::vector<base::IpNetwork>& trusted) {
    std::vector<std::string> domains;
    for (const auto& domain : settings.domains()) domains.push_back(domain.str());
    return {
        .texts = {{"QUEUE", paths.postfix_queue()},
                  {"DATA", data},
                  {"HOSTNAME", settings.hostname.str()},
                  {"HELO_NAME", settings.helo_name().str()},
                  {"TRUSTED_NETWORKS", network_list(trusted, " ", true)},
                  {"DOMAIN", settings.domain.str()},
                  {"DOMAINS", base::join(domains, " ")},
                  {"ALIAS_DOMAINS", alias_domains(settings)},
                  {"DELIMITER", settings.recipient_delimiter},
                  {"LMTP_SOCKET", lmtp_socket(paths)},
                  {"AUTH_SOCKET", auth_socket(paths)},
                  {"QUOTA_SOCKET", quota_socket(paths)},
                  {"DIRECTORY_SOCKET", directory_socket(paths)},
                  {"MILTER_SOCKET", milter_socket(paths)},
                  {"PATTERN_ALIASES", paths.workspace + "/etc/postfix/pattern-aliases.pcre"},
                  {"PATTERN_SENDERS", paths.workspace + "/etc/postfix/pattern-senders.pcre"},
                  {"MESSAGE_SIZE_LIMIT", std::to_string(settings.message_size_limit)},
                  {"TLS_LOG_LEVEL", settings.debugs("postfix") ? "2" : "1"},
                  {"AUTH_ON_25", settings.submission_on_port_25 ? "yes" : "no"},
                  {"CERTIFICATE", paths.certificate()},
                  {"CERTIFICATE_NAMES", paths.postfix_names()},
                  // DANE needs answers our resolver has validated (RFC 7672 §2.1); a forwarder's word is not enough.
                  {"TLS_TO_OTHERS", settings.dns_validation ? "dane" : "may"},
                  {"DNS_SUPPORT", settings.dns_validation ? "dnssec" : "enabled"}},
        .parts = {{"SRS", part(settings.srs, "REVERSE_PORT", std::to_string(srs_reverse_port))},
                  {"RELAY", settings.relay.host ? part(true, "TRANSPORT", relay_transport(settings.relay))
                                                : std::vector<render::Values>{}},
                  {"DIRECTORY", render::when(settings.ldap.enabled())},
                  {"FOREIGN_SENDERS", render::when(settings.srs)},
                  {"RELAY_LOGIN", render::when(settings.relay.host.has_value())},
                  {"MTA_STS", part(settings.mta_sts_outbound, "SOCKET", tls_policy_socket(paths))},
                  {"TLS_REPORTS", part(settings.tls_reports, "SOCKET", tls_events_socket(paths))}}};
}

supervise::Probe greeting(int port) {
    return {.address = supervise::TcpAddress{.ip = "127.0.0.1", .port = port}, .expect = "220 "};
}

/// The queue's lister, which nobody outside can keep busy: a flood of clients on 25 is no reason for a restart.
supervise::Probe queue_lister(const Paths& paths) {
    return {.address = supervise::UnixAddress{paths.postfix_queue() + "/public/showq"},
            .expect = "mail_queue_list_protocol"};
}

}  // namespace

base::Result<Engine> postfix(const settings::Settings& settings, const Paths& paths) {
    const std::string data = paths.run + "/postfix", etc = "/etc/postfix/";
    const render::Values accounts{.texts = {{"ACCOUNTS", paths.accounts_database()}}};
    const auto trusted = trusted_networks(settings, paths);
    if (!trusted) return std::unexpected(trusted.error());
    const render::Values host{.texts = {{"HOSTNAME", base::replace_all(settings.hostname.str(), ".", "\\.")},
                                        {"PLAIN_HOSTNAME", settings.hostname.str()}}};
    Engine engine{.name = "postfix"};
    engine.directories = queue_directories(paths.postfix_queue());
    engine.directories.push_back({.path = data, .mode = 0700, .user = "postfix", .group = "postfix"});
    const auto added = add_files(engine, paths,
                                 {{etc + "main.cf", main_values(settings, paths, data, *trusted)},
                                  {etc + "master.cf", master_values(settings)},
                                  {etc + "loopback.cidr", {}},
                                  {postfix_room_table, {}},
                                  {etc + "openssl.cnf", {}},
                                  {etc + "header-checks.pcre", host},
                                  {etc + "mailboxes.cf", accounts},
                                  {etc + "aliases.cf", accounts},
                                  {etc + "domain-aliases.cf", accounts},
                                  {etc + "rejected-recipients.cf", accounts},
                                  {etc + "rejected-senders.cf", accounts},
                                  {etc + "send-only.cf", accounts},
                                  {etc + "relays.cf", accounts},
                                  {etc + "relay-logins.cf", accounts},
                                  {etc + "senders.cf", accounts}});
    if (!added) return std::unexpected(added.error());
    // Read by root, before the process that uses it becomes somebody else.
    if (const auto& relay = settings.relay; relay.host)
        engine.files.push_back({.path = etc + "relay-login",
                                .content = relay.user.empty() ? std::string()
                                                              : std::format("{} {}:{}\n", next_hop(relay), relay.user,
                                                                            relay.password.reveal()),
                                .mode = 0600});
    if (settings.rewrite_message_id) {
        const render::Values name{.texts = {{"HOSTNAME", settings.hostname.str()}}};
        if (const auto rewriting = add_files(engine, paths, {{etc + "submission-header-checks.pcre", name}});
            !rewriting)
            return std::unexpected(rewriting.error());
    }
    if (const auto forwarding = add_files(engine, paths, forwarding_files(settings, etc)); !forwarding)
        return std::unexpected(forwarding.error());
    engine.checks = {{.argv = {"postfix", "check"}}, {.argv = {"postconf", "-n"}}};
    // postsuper renames queue files that came from a backup: their names must hold their inode numbers. The master
    // itself is our child, without the script that start-fg would leave between us, and writes its log to our pipe
    // (-s).
    engine.services = {{.name = "postfix",
                        .argv = {"/bin/sh", "-c", "postsuper && exec /usr/lib/postfix/sbin/master -s"},
                        .needs = {"unbound", "rspamd", "dovecot"},
                        .ready = {greeting(25), greeting(587)},
                        .alive = {queue_lister(paths)}}};
    engine.reload = {.argv = {"postfix", "reload"}};
    return engine;
}

}  // namespace engines
