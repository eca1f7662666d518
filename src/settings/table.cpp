#include "settings/table.h"

#include <utility>

#include "settings/mailbox_values.h"
#include "settings/values.h"

namespace settings {
namespace {

/// Puts a parsed value into its member, or hands the reason on.
template <class Member, class Value>
base::Result<> into(Member& member, base::Result<Value> value) {
    if (!value) return std::unexpected(std::move(value.error()));
    member = Member(std::move(*value));
    return {};
}

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

base::Result<> forwarders(Settings& settings, std::string_view text) {
    auto pieces = parse_list(text);
    if (!pieces) return std::unexpected(pieces.error());
    for (const auto piece : *pieces) {
        auto address = parse_forwarder(piece);
        if (!address) return std::unexpected(address.error());
        settings.dns_forwarders.push_back(*address);
    }
    return {};
}

base::Result<> tls_mode(Settings& settings, std::string_view text) {
    if (text == "acme") return settings.tls_mode = TlsMode::acme, base::Result<>{};
    if (text == "selfsigned") return settings.tls_mode = TlsMode::selfsigned, base::Result<>{};
    if (text == "files") return settings.tls_mode = TlsMode::files, base::Result<>{};
    return base::fail("it must be acme, selfsigned or files");
}

base::Result<> dh_params(Settings& settings, std::string_view text) {
    if (text == "ffdhe3072") return settings.dh_params = DhParams::ffdhe3072, base::Result<>{};
    if (text == "generate") return settings.dh_params = DhParams::generate, base::Result<>{};
    return base::fail("it must be ffdhe3072 or generate");
}

base::Result<> separator(Settings& settings, std::string_view text) {
    if (text != "." && text != "/") return base::fail("it must be . or /");
    settings.mailboxes.separator = text.front();
    return {};
}

base::Result<> layout(Settings& settings, std::string_view text) {
    if (text == "maildir++") return settings.mailboxes.layout = MailboxLayout::maildir_plus_plus, base::Result<>{};
    if (text == "fs") return settings.mailboxes.layout = MailboxLayout::fs, base::Result<>{};
    return base::fail("it must be maildir++ or fs");
}

constexpr Row rows[] = {
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

    {.key = "POP3",
     .help = "true: mail can also be fetched by POP3, on ports 995 (SSL/TLS) and 110 (STARTTLS).",
     .default_text = "false",
     .example = "true",
     .section = "Mailboxes",
     .assign = [](Settings& s, std::string_view v) { return into(s.pop3, parse_switch(v)); }},
    {.key = "MANAGESIEVE",
     .help = "true: users manage their filter rules and out-of-office replies on port 4190 (STARTTLS).",
     .default_text = "true",
     .example = "false",
     .assign = [](Settings& s, std::string_view v) { return into(s.managesieve, parse_switch(v)); }},
    {.key = "MAX_CONNECTIONS_PER_USER",
     .help = "How many connections one user may have from one address, for each of IMAP, POP3 and ManageSieve.",
     .default_text = "400",
     .example = "100",
     .assign = [](Settings& s, std::string_view v) { return into(s.max_connections_per_user, parse_connections(v)); }},
    {.key = "RECIPIENT_DELIMITER",
     .help = "What separates a name from a detail: mail to jens+shop@ reaches jens@. One or more of + - _ = . or off.",
     .default_text = "+",
     .example = "+-",
     .assign = [](Settings& s, std::string_view v) { return into(s.recipient_delimiter, parse_delimiter(v)); }},
    {.key = "DETAIL_MAILBOXES",
     .help = "true: mail to jens+shop@ goes to the folder shop, made when it is missing. false: to the inbox.\n"
             "Not together with MAILBOX_LAYOUT=fs.",
     .default_text = "false",
     .example = "false",
     .assign = [](Settings& s, std::string_view v) { return into(s.detail_mailboxes, parse_switch(v)); }},
    {.key = "FOLDER_DRAFTS",
     .help = "Names of the folders every mailbox has. A new name makes a new folder; the old one stays with its mail.",
     .default_text = "Drafts",
     .example = "Drafts",
     .assign = [](Settings& s, std::string_view v) { return into(s.mailboxes.drafts, parse_folder(v)); }},
    {.key = "FOLDER_SENT",
     .help = "",
     .default_text = "Sent",
     .example = "Sent",
     .assign = [](Settings& s, std::string_view v) { return into(s.mailboxes.sent, parse_folder(v)); }},
    {.key = "FOLDER_JUNK",
     .help = "",
     .default_text = "Junk",
     .example = "Junk",
     .assign = [](Settings& s, std::string_view v) { return into(s.mailboxes.junk, parse_folder(v)); }},
    {.key = "FOLDER_TRASH",
     .help = "",
     .default_text = "Trash",
     .example = "Trash",
     .assign = [](Settings& s, std::string_view v) { return into(s.mailboxes.trash, parse_folder(v)); }},
    {.key = "FOLDER_ARCHIVE",
     .help = "Empty: no such folder.",
     .default_text = "",
     .example = "Archive",
     .assign = [](Settings& s, std::string_view v) { return into(s.mailboxes.archive, parse_folder(v)); }},
    {.key = "JUNK_EXPUNGE",
     .help = "How long mail stays in FOLDER_JUNK, in days, or off: as long as the user leaves it there.",
     .default_text = "off",
     .example = "30d",
     .assign = [](Settings& s, std::string_view v) { return into(s.mailboxes.junk_expunge_days, parse_days(v)); }},
    {.key = "TRASH_EXPUNGE",
     .help = "The same for FOLDER_TRASH.",
     .default_text = "off",
     .example = "30d",
     .assign = [](Settings& s, std::string_view v) { return into(s.mailboxes.trash_expunge_days, parse_days(v)); }},
    {.key = "HIERARCHY_SEPARATOR",
     .help = "What stands between a folder and a folder in it, as mail programs see it: . or /",
     .default_text = ".",
     .example = "/",
     .assign = separator},
    {.key = "MAILBOX_LAYOUT",
     .help =
         "maildir++: folders side by side. fs: folders as a tree, whose names may hold dots when\n"
         "HIERARCHY_SEPARATOR=/. Choose before the first mail: with mail there, a start with another one is refused.",
     .default_text = "maildir++",
     .example = "fs",
     .assign = layout},
    {.key = "UTF8_FOLDER_NAMES",
     .help = "true: folder names are UTF-8 on disk. false: in the ASCII form of IMAP. Choose before the first mail.",
     .default_text = "false",
     .example = "true",
     .assign = [](Settings& s, std::string_view v) { return into(s.mailboxes.utf8_names, parse_switch(v)); }},
    {.key = "INDEX_DIR",
     .help = "Folder of the workspace for Dovecot's indexes, for example on a faster disk. Empty: beside the mail.",
     .default_text = "",
     .example = "var/lib/dovecot/indexes",
     .assign = [](Settings& s, std::string_view v) { return into(s.mailboxes.index_dir, parse_index_dir(v)); }},

    {.key = "TLS_MODE",
     .help = "Where the certificate comes from. acme: an ACME authority such as Let's Encrypt, over port 80.\n"
             "selfsigned: made here (mail programs will warn). files: yours, named below.",
     .default_text = "acme",
     .example = "acme",
     .section = "Certificate",
     .assign = tls_mode},
    {.key = "TLS_CERTIFICATE_FILE",
     .help = "For TLS_MODE=files: the certificate with its chain (PEM), a file in the workspace folder.",
     .default_text = "",
     .example = "etc/tls/fullchain.pem",
     .assign = [](Settings& s, std::string_view v) { return into(s.tls_certificate_file, parse_workspace_file(v)); }},
    {.key = "TLS_KEY_FILE",
     .help = "For TLS_MODE=files: its private key (PEM, without a passphrase), a file in the workspace folder.",
     .default_text = "",
     .example = "etc/tls/privkey.pem",
     .assign = [](Settings& s, std::string_view v) { return into(s.tls_key_file, parse_workspace_file(v)); }},
    {.key = "ACME_DIRECTORY_URL",
     .help = "The ACME authority.",
     .default_text = "https://acme-v02.api.letsencrypt.org/directory",
     .example = "https://acme-v02.api.letsencrypt.org/directory",
     .assign = [](Settings& s, std::string_view v) { return into(s.acme_directory_url, parse_https_url(v)); }},
    {.key = "ACME_CA_FILE",
     .help = "CA certificates (PEM, a file in the workspace folder) for an ACME authority of your own.",
     .default_text = "",
     .example = "etc/tls/acme-ca.pem",
     .assign = [](Settings& s, std::string_view v) { return into(s.acme_ca_file, parse_workspace_file(v)); }},
    {.key = "DH_PARAMS",
     .help = "ffdhe3072: the group of RFC 7919, at once. generate: own parameters, made in the background; today's\n"
             "testers call such groups insufficient.",
     .default_text = "ffdhe3072",
     .example = "ffdhe3072",
     .assign = dh_params},

    {.key = "PUBLIC_IPV4",
     .help =
         "This server's address as the internet sees it, for the DNS records ./dns_check.sh prints. Empty: found out.",
     .default_text = "",
     .example = "203.0.113.25",
     .section = "Network",
     .assign = [](Settings& s, std::string_view v) { return into(s.public_ipv4, parse_own_address(v, true)); }},
    {.key = "PUBLIC_IPV6",
     .help = "The same for IPv6.",
     .default_text = "",
     .example = "2001:db8::25",
     .assign = [](Settings& s, std::string_view v) { return into(s.public_ipv6, parse_own_address(v, false)); }},
    {.key = "DNS_FORWARDERS",
     .help = "Resolvers to ask (IP addresses separated by commas). Empty, the better choice: the server resolves by "
             "itself;\n"
             "blocklists do not answer large public resolvers.",
     .default_text = "",
     .example = "192.0.2.53,2001:db8::53",
     .assign = forwarders},
    {.key = "DNS_VALIDATION",
     .help = "Check DNSSEC signatures. false only when the resolvers above drop them.",
     .default_text = "true",
     .example = "true",
     .assign = [](Settings& s, std::string_view v) { return into(s.dns_validation, parse_switch(v)); }},

    {.key = "METRICS",
     .help = "true: collect metrics and offer them over HTTPS on port 443. See below for the dashboards.",
     .default_text = "true",
     .example = "false",
     .section = "Monitoring (safe to ignore if you don't use it)",
     .assign = [](Settings& s, std::string_view v) { return into(s.metrics, parse_switch(v)); }},
    {.key = "GF_SECURITY_ADMIN_USER",
     .help = "Login name of the dashboards.",
     .default_text = "mail",
     .example = "mail",
     .assign = [](Settings& s,
                  std::string_view v) { return into(s.gf_security_admin_user, base::Result<std::string>(v)); }},
    {.key = "GF_SECURITY_ADMIN_PASSWORD",
     .help =
         "Password of the dashboards. Choose a long one, the page is open to the internet; nobody can log in while it\n"
         "is empty.",
     .default_text = "",
     .example = "correct-horse-battery",
     .secret = true,
     .assign = [](Settings& s,
                  std::string_view v) { return into(s.gf_security_admin_password, base::Result<std::string>(v)); }},
    {.key = "GF_SERVER_ROOT_URL",
     .help = "Where the dashboards are. With HTTPS on a port of your own: https://${HOSTNAME}:PORT/monitoring/",
     .default_text = "https://${HOSTNAME}/monitoring/",
     .example = "https://${HOSTNAME}:8443/monitoring/",
     .grafana_expands = true,
     .assign = [](Settings& s,
                  std::string_view v) { return into(s.gf_server_root_url, base::Result<std::string>(v)); }},
    {.key = "GF_SERVER_DOMAIN",
     .help = "Passed on to Grafana, as is the rest. Safe to leave as it is.",
     .default_text = "${HOSTNAME}",
     .example = "${HOSTNAME}",
     .grafana_expands = true},
    {.key = "GF_LIVE_ALLOWED_ORIGINS",
     .help = "",
     .default_text = "https://${HOSTNAME}",
     .example = "https://${HOSTNAME}",
     .grafana_expands = true},
    {.key = "GF_SERVER_SERVE_FROM_SUBPATH",
     .help = "",
     .default_text = "true",
     .example = "true",
     .grafana_expands = true},
    {.key = "GF_USERS_ALLOW_SIGN_UP", .help = "", .default_text = "false", .example = "false", .grafana_expands = true},
    {.key = "GF_DASHBOARDS_MIN_REFRESH_INTERVAL",
     .help = "",
     .default_text = "1s",
     .example = "10s",
     .grafana_expands = true},
    {.key = "GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH",
     .help = "",
     .default_text = "/etc/grafana/provisioning/dashboards/main.json",
     .example = "/etc/grafana/provisioning/dashboards/main.json",
     .grafana_expands = true},
    {.key = "GF_ANALYTICS_CHECK_FOR_UPDATES",
     .help = "",
     .default_text = "false",
     .example = "false",
     .grafana_expands = true},
};

}  // namespace

std::span<const Row> table() {
    return rows;
}

std::string template_text() {
    std::string text =
        "# Settings of the mail server: a docker environment file. Copy it to settings.env and fill in the first "
        "three.\n"
        "# No quotation marks around values and no comment behind them: both would become part of the value.\n"
        "# An empty value means the default.\n";
    for (const Row& row : rows) {
        if (!row.section.empty()) text += "\n#\n# " + std::string(row.section) + "\n#\n";
        if (!row.help.empty()) {
            text += "\n# ";
            for (const char c : row.help) text += c == '\n' ? "\n# " : std::string(1, c);
            text += '\n';
            if (row.default_text.empty() && !row.secret) text += "# Example: " + std::string(row.example) + "\n";
        }
        text += std::string(row.key) + "=" + std::string(row.default_text) + "\n";
    }
    return text;
}

}  // namespace settings
