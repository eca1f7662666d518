#include "engines/dovecot/directory.h"

#include <format>

#include "base/text.h"
#include "directory/filter.h"

namespace engines {
namespace {

constexpr const char* login_file = "/etc/dovecot/directory-login.conf";
constexpr const char* system_ca_file = "/etc/ssl/certs/ca-certificates.crt";

/// Text as it stands between Dovecot's quotation marks, where % begins a variable.
std::string for_dovecot(std::string_view text) {
    auto safe = base::replace_all(std::string(text), "\\", "\\\\");
    safe = base::replace_all(std::move(safe), "\"", "\\\"");
    return base::replace_all(std::move(safe), "%", "%%");
}

/// Dovecot escapes what it fills in.
std::string for_dovecot(const directory::Filter& filter) {
    auto text = for_dovecot(filter.text);
    text = base::replace_all(std::move(text), {&directory::Filter::name, 1}, "%{user}");
    return base::replace_all(std::move(text), {&directory::Filter::local_part, 1}, "%{user | username}");
}

/// 'example.org','example.com' for SQL: domains have no character that could end a text there.
std::string domain_list(const settings::Settings& settings) {
    std::vector<std::string> domains;
    for (const auto& domain : settings.domains()) domains.push_back(std::format("'{}'", domain.str()));
    return base::join(domains, ", ");
}

std::string quota_of(const settings::Settings& settings) {
    const auto normal = std::format("{} B", settings.quota_default);
    const auto& attribute = settings.ldap.quota;
    return attribute.empty() ? normal : std::format("%{{ldap:{} | default('{}')}}", attribute, normal);
}

}  // namespace

void add_directory_values(render::Values& values, const settings::Settings& settings) {
    const auto& ldap = settings.ldap;
    values.parts["DIRECTORY"] = render::when(ldap.enabled());
    values.parts["NO_DIRECTORY"] = render::when(!ldap.enabled());
    values.texts.merge(std::map<std::string, std::string>{
        // A directory that does not answer keeps some of them waiting.
        {"AUTH_WORKERS", ldap.enabled() ? "30" : "10"},
        {"CACHE_SIZE", ldap.enabled() && ldap.cached ? "10 M" : "0"},
        {"URIS", for_dovecot(ldap.uris)},
        {"STARTTLS", ldap.starttls && !ldap.uris.starts_with("ldaps:") ? "yes" : "no"},
        {"BASE", for_dovecot(ldap.base_dn)},
        {"LOGIN_FILE", login_file},
        {"CA_FILE", for_dovecot(ldap.ca_file.empty() ? system_ca_file : ldap.ca_file)},
        {"DOMAINS", domain_list(settings)},
        {"MAIL", ldap.mail},
        {"QUOTA", quota_of(settings)},
        {"LOGIN_FILTER", for_dovecot(by_login(ldap))},
        {"MAILBOX_FILTER", for_dovecot(by_mailbox(ldap))},
        {"ADDRESS_FILTER", for_dovecot(by_address(ldap))},
        {"EVERYBODY", for_dovecot(everybody(ldap))}});
}

void add_directory_login(Engine& engine, const directory::Options& options) {
    if (!options.enabled()) return;
    engine.files.push_back({.path = login_file,
                            .content = std::format("ldap_auth_dn = \"{}\"\nldap_auth_dn_password = \"{}\"\n",
                                                   for_dovecot(options.bind_dn), for_dovecot(options.bind_password.reveal())),
                            .mode = 0600});
}

}  // namespace engines
