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

inline DkimValues keys_of(const settings::Settings& settings) {
    DkimValues keys;
    for (const auto& domain : settings.domains()) keys[domain] = own_key;
    return keys;
}

inline std::vector<base::IpAddress> addresses(const std::vector<std::string>& texts) {
    std::vector<base::IpAddress> result;
    for (const auto& text : texts) result.push_back(base::IpAddress::parse(text).value());
    return result;
}

/// A DNS in which everything that `settings` need stands as we advise it.
inline resolver::FakeResolver advised_dns(const settings::Settings& settings) {
    resolver::FakeResolver dns;
    for (const auto& record : required_records(settings, keys_of(settings), own_addresses(settings, {}, {})))
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
