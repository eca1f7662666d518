#include "engines/dovecot/directory.h"

#include <format>

#include "base/text.h"
#include "directory/filter.h"

namespace engines {
namespace {

constexpr const char* login_file = "/etc/dovecot/directory-login.conf";

/// Text as it stands between Dovecot's quotation marks.
std::string in_quotes(std::string_view text) {
    return base::replace_all(base::replace_all(std::string(text), "\\", "\\\\"), "\"", "\\\"");
}

/// The same for settings in which % begins a variable.
std::string expandable(std::string_view text) {
    return base::replace_all(in_quotes(text), "%", "%%");
}

/// Dovecot escapes what it fills in.
std::string filter_text(const directory::Filter& filter) {
    auto text = base::replace_all(expandable(filter.text), {&directory::Filter::name, 1}, "%{user}");
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
        {"MAILBOXES", ldap.enabled() ? "lookup_any_mailbox" : "lookup_mailbox"},
        {"ALIASES", ldap.enabled() ? "lookup_any_alias" : "lookup_alias"},
        {"URIS", in_quotes(ldap.uris)},
        {"STARTTLS", ldap.starttls && !ldap.uris.starts_with("ldaps:") ? "yes" : "no"},
        {"BASE", expandable(ldap.base_dn)},
        {"LOGIN_FILE", login_file},
        {"DOMAINS", domain_list(settings)},
        {"MAIL", ldap.mail},
        {"QUOTA", quota_of(settings)},
        {"LOGIN_FILTER", filter_text(by_login(ldap))}});
}

void add_directory_login(Engine& engine, const directory::Options& options) {
    if (!options.enabled()) return;
    engine.files.push_back(
        {.path = login_file,
         .content = std::format("ldap_auth_dn = \"{}\"\nldap_auth_dn_password = \"{}\"\n", in_quotes(options.bind_dn),
                                in_quotes(options.bind_password.reveal())),
         .mode = 0600});
    // Dovecot's own settings for this never reach libldap.
    engine.directories.push_back({.path = "/etc/ldap"});
    engine.files.push_back(
        {.path = "/etc/ldap/ldap.conf",
         .content = std::format("TLS_REQCERT demand\nTLS_CACERT {}\n",
                                options.ca_file.empty() ? directory::system_ca_file : options.ca_file)});
}

}  // namespace engines
