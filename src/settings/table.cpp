#include "settings/table.h"

#include <utility>

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

base::Result<> search_enforced(Settings& settings, std::string_view text) {
    auto& enforced = settings.full_text_search.enforced;
    if (text == "no") return enforced = SearchEnforced::no, base::Result<>{};
    if (text == "yes") return enforced = SearchEnforced::yes, base::Result<>{};
    if (text == "body") return enforced = SearchEnforced::body, base::Result<>{};
    return base::fail("it must be no, yes or body");
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

    {.key = "FULL_TEXT_SEARCH",
     .help = "true: keep an index of all words, so that searches in mails are fast. It takes about as much\n"
             "space as the text of the mails; README.md, Searching, says what it finds.",
     .default_text = "false",
     .example = "true",
     .section = "Full-text search",
     .assign = [](Settings& s, std::string_view v) { return into(s.full_text_search.enabled, parse_switch(v)); }},
    {.key = "FULL_TEXT_SEARCH_AUTOINDEX",
     .help = "true: mail is indexed when it arrives. false: at the next search in its folder, which then takes longer.",
     .default_text = "true",
     .example = "false",
     .assign = [](Settings& s, std::string_view v) { return into(s.full_text_search.autoindex, parse_switch(v)); }},
    {.key = "FULL_TEXT_SEARCH_EXCLUDE",
     .help =
         "Folders not to index when mail arrives: \\Drafts, \\Junk, \\Sent, \\Trash, or names, in which * stands for\n"
         "anything.",
     .default_text = "\\Junk,\\Trash",
     .example = "\\Junk,\\Trash,Lists.*",
     .assign = [](Settings& s, std::string_view v) { return into(s.full_text_search.exclude, parse_folders(v)); }},
    {.key = "FULL_TEXT_SEARCH_ENFORCED",
     .help =
         "no: what the index cannot answer is searched in the mails themselves. yes: such a search fails. body: the\n"
         "same, and searches in headers alone do not wait for the index to be brought up to date.",
     .default_text = "no",
     .example = "body",
     .assign = search_enforced},
    {.key = "FULL_TEXT_SEARCH_MIN_SIZE",
     .help = "Shortest word in the index, in octets. With more than 1 a search for \"Plan B\" finds nothing.",
     .default_text = "1",
     .example = "2",
     .assign = [](Settings& s,
                  std::string_view v) { return into(s.full_text_search.min_size, parse_count(v, 1, 10)); }},
    {.key = "FULL_TEXT_SEARCH_SUBSTRING",
     .help = "true: find text also inside of words (nummer in Rechnungsnummer), not only at their beginning.\n"
             "The index takes four times the space, and indexing takes about three times the work.",
     .default_text = "false",
     .example = "true",
     .assign = [](Settings& s, std::string_view v) { return into(s.full_text_search.substring, parse_switch(v)); }},

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
