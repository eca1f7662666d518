#pragma once
/// A server for the tests of dnscheck: its settings, its key, and a DNS that holds what our own advice says.
#include <map>

#include "dnscheck/check.h"
#include "settings/table.h"
#include "tests/unit/resolver/fake_resolver.h"

namespace dnscheck {

inline const std::string own_key = "v=DKIM1; k=rsa; p=" + std::string(392, 'A');

inline settings::Settings server(std::map<std::string, std::string> changes = {}) {
    std::map<std::string, std::string> all{{"DOMAIN", "example.org"},
                                           {"HOSTNAME", "mail.example.org"},
                                           {"ADMIN_EMAIL", "me@example.org"},
                                           {"PUBLIC_IPV4", "203.0.113.25"}};
    for (const auto& [key, value] : changes) all[key] = value;
    std::vector<settings::Entry> entries;
    for (const auto& [key, value] : all) entries.push_back({key, value, 0});
    return settings::parse(entries, settings::Origin::file).value();
}

inline const std::string own_account = "https://acme-v02.api.letsencrypt.org/acme/acct/7";
inline const std::string own_tls_key(64, 'a');

/// Everything there is to know about it, and a DKIM key for each domain.
inline Known known_of(const settings::Settings& settings) {
    Known known{.dkim = {},
                .tls_keys = {own_tls_key},
                .hostname_signed = false,
                .acme_account = own_account,
                .mta_sts = "v=STSv1; id=20261121",
                .logo_url = settings.bimi_logo_url};
    for (const auto& domain : settings.domains())
        known.dkim[domain] = {{.key = {.selector = settings.dkim_key_selector}, .value = own_key}};
    return known;
}

inline std::vector<base::IpAddress> addresses(const std::vector<std::string>& texts) {
    std::vector<base::IpAddress> result;
    for (const auto& text : texts) result.push_back(base::IpAddress::parse(text).value());
    return result;
}

/// A DNS in which everything that `settings` need stands as we advise it.
inline resolver::FakeResolver advised_dns(const settings::Settings& settings, bool is_signed = false) {
    resolver::FakeResolver dns;
    dns.secure = is_signed;
    auto known = known_of(settings);
    known.hostname_signed = is_signed;
    for (const auto& record : required_records(settings, known, own_addresses(settings, {}, {})))
        dns.add({{base::lower(record.name), std::string(resolver::type_name(record.type)), record.value}});
    return dns;
}

/// The lines of findings for a person: "error host.a: …".
inline std::string told(const std::vector<Finding>& findings) {
    std::string text;
    for (const auto& finding : findings)
        text += std::string(severity_name(finding.severity)) + " " + finding.id + ": " + finding.text + "\n";
    return text;
}

}  // namespace dnscheck
