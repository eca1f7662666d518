#include <algorithm>
#include <format>

#include "base/text.h"
#include "directory/filter.h"
#include "settings/rows.h"
#include "settings/values.h"

namespace settings {
namespace {

/// ldap[s]://host[:port], several with single spaces between, all of one kind: libldap can tell no more apart.
base::Result<std::string> parse_uris(std::string_view text) {
    bool tls = false, plain = false;
    for (const auto uri : base::split(text, ' ')) {
        const bool secure = uri.starts_with("ldaps://");
        if (!secure && !uri.starts_with("ldap://"))
            return base::fail("it must start with ldap:// or ldaps://; several are separated by a space");
        (secure ? tls : plain) = true;
        const auto host = uri.substr(secure ? 8 : 7);
        const bool good = !host.empty() && std::ranges::all_of(host, [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                   std::string_view(".-_:[]").contains(c);
        });
        if (!good)
            return base::fail("after :// there must be a host, and :port when it is an unusual one, nothing else");
    }
    if (tls && plain) return base::fail("ldap:// and ldaps:// cannot be mixed");
    return std::string(text);
}

/// cn=mail,dc=example,dc=org, roughly: the directory has the last word.
base::Result<std::string> parse_dn(std::string_view text) {
    const auto equals = text.find('=');
    if (equals == 0 || equals == std::string_view::npos)
        return base::fail("it is no distinguished name (DN): name=value, joined by commas");
    return std::string(text);
}

base::Result<std::string> parse_attribute(std::string_view text) {
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const bool good = letter(text.front()) && std::ranges::all_of(text, [&](char c) {
                          return letter(c) || (c >= '0' && c <= '9') || c == '-';
                      });
    if (!good) return base::fail("an attribute has letters, digits and hyphens only");
    return std::string(text);
}

base::Result<bool> parse_down(std::string_view text) {
    if (text != "cached" && text != "tempfail") return base::fail("it must be cached or tempfail");
    return text == "cached";
}

constexpr Row directory_table[] = {
    {.key = "LDAP_URI",
     .help =
         "A directory (LDAP) with further users: ldap://host or ldaps://host, several separated by spaces, tried in "
         "this\n"
         "order. Users of ./user.sh come first. README.md, Users of a directory, says more.",
     .default_text = "",
     .example = "ldap://ldap.example.org",
     .section = "Users of a directory",
     .assign = [](Settings& s, std::string_view v) { return into(s.ldap.uris, parse_uris(v)); }},
    {.key = "LDAP_STARTTLS",
     .help = "true: ldap:// is encrypted (StartTLS), and the certificate checked. false: passwords cross the network "
             "readable.",
     .default_text = "true",
     .example = "false",
     .assign = [](Settings& s, std::string_view v) { return into(s.ldap.starttls, parse_switch(v)); }},
    {.key = "LDAP_CA_FILE",
     .help = "Whose certificates are good, a file (PEM) in the workspace. Empty: those of the public authorities.",
     .default_text = "",
     .example = "etc/ldap-ca.pem",
     .assign = [](Settings& s, std::string_view v) { return into(s.ldap.ca_file, parse_workspace_file(v)); }},
    {.key = "LDAP_BIND_DN",
     .help = "Who looks people up, with the right to read and nothing else. Empty: anonymous.",
     .default_text = "",
     .example = "cn=mail,dc=example,dc=org",
     .assign = [](Settings& s, std::string_view v) { return into(s.ldap.bind_dn, parse_dn(v)); }},
    {.key = "LDAP_BIND_PASSWORD",
     .help = "",
     .default_text = "",
     .example = "secret",
     .secret = true,
     .assign =
         [](Settings& s, std::string_view v) {
             return s.ldap.bind_password = base::Secret(std::string(v)), base::Result<>{};
         }},
    {.key = "LDAP_BASE_DN",
     .help = "Where the people are; everything below is searched.",
     .default_text = "",
     .example = "ou=people,dc=example,dc=org",
     .assign = [](Settings& s, std::string_view v) { return into(s.ldap.base_dn, parse_dn(v)); }},
    {.key = "LDAP_USER_FILTER",
     .help = "Finds who logs in as %u (%n: only what stands before the @). Whoever it can find is a user.",
     .default_text = "(&(objectClass=inetOrgPerson)(mail=%u))",
     .example = "(&(objectClass=inetOrgPerson)(|(uid=%u)(mail=%u)))",
     .assign = [](Settings& s,
                  std::string_view v) { return into(s.ldap.user_filter, directory::check_user_filter(v)); }},
    {.key = "LDAP_GROUP",
     .help = "Only members of this group (attribute memberOf) are users.",
     .default_text = "",
     .example = "cn=mail_user,ou=groups,dc=example,dc=org",
     .assign = [](Settings& s, std::string_view v) { return into(s.ldap.group, parse_dn(v)); }},
    {.key = "LDAP_MAIL_ATTRIBUTE",
     .help = "The attribute with the address. Of several values the first is the mailbox, the others are aliases.",
     .default_text = "mail",
     .example = "mail",
     .assign = [](Settings& s, std::string_view v) { return into(s.ldap.mail, parse_attribute(v)); }},
    {.key = "LDAP_ALIAS_ATTRIBUTE",
     .help = "The attribute with further addresses, from which the user may send, too. Empty: none.",
     .default_text = "",
     .example = "mailAlternateAddress",
     .assign = [](Settings& s, std::string_view v) { return into(s.ldap.alias, parse_attribute(v)); }},
    {.key = "LDAP_QUOTA_ATTRIBUTE",
     .help = "The attribute with what the mailbox may hold: octets, or 500M, 5G. Without it QUOTA_DEFAULT counts.",
     .default_text = "",
     .example = "mailQuota",
     .assign = [](Settings& s, std::string_view v) { return into(s.ldap.quota, parse_attribute(v)); }},
    {.key = "LDAP_DOWN",
     .help = "While the directory does not answer. cached: who logged in lately still can, and sends and gets mail. "
             "tempfail:\n"
             "they are told to try again later. Mail to addresses nobody knows waits at its sender in both cases.",
     .default_text = "cached",
     .example = "tempfail",
     .assign = [](Settings& s, std::string_view v) { return into(s.ldap.cached, parse_down(v)); }},
};

}  // namespace

std::span<const Row> directory_rows() {
    return directory_table;
}

}  // namespace settings
