#include "settings/rows.h"

#include "settings/values.h"

namespace settings {
namespace {

base::Result<> additional_domains(Settings& settings, std::string_view text) {
    auto pieces = parse_list(text);
    if (!pieces) return std::unexpected(pieces.error());
    for (const auto piece : *pieces) {
        auto domain = base::Domain::parse(piece);
        if (!domain) return std::unexpected(domain.error());
        settings.additional_domains.push_back(std::move(*domain));
    }
    return {};
}

base::Result<> patterns(std::vector<std::string>& into, std::string_view text) {
    auto pieces = parse_list(text);
    if (!pieces) return std::unexpected(pieces.error());
    for (const auto piece : *pieces) {
        auto pattern = base::parse_address_or_domain(piece);
        if (!pattern) return std::unexpected(pattern.error());
        into.push_back(std::move(*pattern));
    }
    return {};
}

constexpr Row required_table[] = {
    {.key = "DOMAIN",
     .help = "Name of your main mail domain: what stands behind the @ in your addresses.",
     .default_text = "",
     .example = "example.org",
     .required = true,
     .section = "Must be set",
     .assign = [](Settings& s, std::string_view v) { return into(s.domain, base::Domain::parse(v)); }},
    {.key = "HOSTNAME",
     .help =
         "Full name of the mail server. It needs an A (and AAAA) record with this server's address, and need not be\n"
         "inside DOMAIN.",
     .default_text = "",
     .example = "mail.example.org",
     .required = true,
     .assign = [](Settings& s, std::string_view v) { return into(s.hostname, base::Hostname::parse(v)); }},
    {.key = "ADMIN_EMAIL",
     .help = "Where the certificate authority reaches you. It may be an address on this server.",
     .default_text = "",
     .example = "postmaster@example.org",
     .required = true,
     .assign = [](Settings& s, std::string_view v) { return into(s.admin_email, base::EmailAddress::parse(v)); }},

};

constexpr Row domain_table[] = {
    {.key = "ADDITIONAL_DOMAINS",
     .help = "Further domains this server takes mail for: separated by commas, no spaces.",
     .default_text = "",
     .example = "example.com,example.net",
     .section = "Domains and accounts",
     .assign = additional_domains},
    {.key = "ADMIN_USER",
     .help = "The account ADMIN_USER@DOMAIN is made at the first start; it gets the mail for postmaster@ and abuse@ of "
             "every\n"
             "domain.",
     .default_text = "postmaster",
     .example = "postmaster",
     .assign = [](Settings& s, std::string_view v) { return into(s.admin_user, parse_local_part(v)); }},
    {.key = "ADMIN_USER_INITIAL_PASSWORD",
     .help =
         "First password of that account, 8 characters or more. Empty: one is made up and shown at the first start.\n"
         "Change it later with ./user.sh passwd.",
     .default_text = "",
     .example = "correct-horse-battery",
     .secret = true,
     .assign = [](Settings& s, std::string_view v) { return into(s.admin_user_initial_password, parse_password(v)); }},
    {.key = "ACCOUNT_PAGE",
     .help = "true: users change their password and make app passwords themselves, at https://HOSTNAME/account/.",
     .default_text = "true",
     .example = "false",
     .assign = [](Settings& s, std::string_view v) { return into(s.account_page, parse_switch(v)); }},
    {.key = "LOGIN_GUARD",
     .help = "true: who guesses passwords is slowed and then refused for a while. false: only bans by hand "
             "(./mailserver.sh ban) count.",
     .default_text = "true",
     .example = "false",
     .assign = [](Settings& s, std::string_view v) { return into(s.login_guard, parse_switch(v)); }},
    {.key = "LOGIN_TRUSTED_NETWORKS",
     .help = "Networks whose logins are never refused nor delayed, separated by commas: monitoring, a proxy of yours.",
     .default_text = "",
     .example = "192.0.2.0/24,2001:db8::/48",
     .assign = [](Settings& s, std::string_view v) { return into(s.login_trusted_networks, parse_networks(v)); }},
    {.key = "DKIM_KEY_SELECTOR",
     .help = "Name of the DKIM key in DNS. Safe to leave as it is.",
     .default_text = "mailserver",
     .example = "mailserver",
     .assign = [](Settings& s, std::string_view v) { return into(s.dkim_key_selector, parse_selector(v)); }},
    {.key = "MESSAGE_SIZE_LIMIT",
     .help = "Largest mail taken, in octets; k, M and G stand for 1024, 1024² and 1024³.",
     .default_text = "52428800",
     .example = "50M",
     .assign = [](Settings& s, std::string_view v) { return into(s.message_size_limit, parse_size(v)); }},
    {.key = "QUOTA_DEFAULT",
     .help = "How much mail an account may hold, with k, M, G or T, unless it has a quota of its own. Empty or 0: as\n"
             "much as the disk.",
     .default_text = "",
     .example = "10G",
     .assign = [](Settings& s, std::string_view v) { return into(s.quota_default, parse_default_quota(v)); }},
    {.key = "REJECT_SENDERS",
     .help = "Addresses and domains (with their subdomains) mail is never taken from, separated by commas.\n"
             "./user.sh reject adds further ones without a restart.",
     .default_text = "",
     .example = "spammer@example.com,spam.example",
     .assign = [](Settings& s, std::string_view v) { return patterns(s.reject_senders, v); }},
    {.key = "REJECT_RECIPIENTS",
     .help = "The same for addresses mail is never taken for.",
     .default_text = "",
     .example = "old@example.org",
     .assign = [](Settings& s, std::string_view v) { return patterns(s.reject_recipients, v); }},
    {.key = "SUBMISSION_ON_PORT_25",
     .help = "true: mail programs may also send over port 25 (after STARTTLS and login). false: only over 465 and 587.",
     .default_text = "true",
     .example = "false",
     .assign = [](Settings& s, std::string_view v) { return into(s.submission_on_port_25, parse_switch(v)); }},
    {.key = "SRS",
     .help = "true: mail that an alias forwards to another server leaves with a return address of DOMAIN (SRS), so "
             "that it\n"
             "passes SPF there. What bounces finds back to who sent it.",
     .default_text = "true",
     .example = "false",
     .assign = [](Settings& s, std::string_view v) { return into(s.srs, parse_switch(v)); }},
    {.key = "ARC",
     .help =
         "true: seal mail from outside (ARC), so that a server it is forwarded to sees which checks it passed here.",
     .default_text = "true",
     .example = "false",
     .assign = [](Settings& s, std::string_view v) { return into(s.arc, parse_switch(v)); }},
    {.key = "CHECK_HEADER_FROM",
     .help = "true: users cannot send mail whose From or Sender is an address of this server that is not theirs.\n"
             "false: only the address their mail program gives at the delivery is checked.",
     .default_text = "true",
     .example = "true",
     .assign = [](Settings& s, std::string_view v) { return into(s.check_header_from, parse_switch(v)); }},
    {.key = "HIDE_CLIENT_HEADERS",
     .help = "true: mail of users leaves without the fields that name their mail program or address (User-Agent, "
             "X-Mailer,\n"
             "X-Originating-IP and the like).",
     .default_text = "true",
     .example = "false",
     .assign = [](Settings& s, std::string_view v) { return into(s.hide_client_headers, parse_switch(v)); }},
    {.key = "REWRITE_MESSAGE_ID",
     .help = "true: Message-IDs of mail sent through 465 and 587 end in @HOSTNAME; many mail programs put the name of "
             "the\n"
             "user's computer there. The copy in the sent folder keeps the old one.",
     .default_text = "false",
     .example = "true",
     .assign = [](Settings& s, std::string_view v) { return into(s.rewrite_message_id, parse_switch(v)); }},

};

}  // namespace

std::span<const Row> required_rows() {
    return required_table;
}

std::span<const Row> domain_rows() {
    return domain_table;
}

}  // namespace settings
