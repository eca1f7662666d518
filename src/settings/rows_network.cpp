#include "settings/rows.h"

#include <algorithm>

#include "settings/values.h"

namespace settings {
namespace {

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

base::Result<std::string> parse_host_name(std::string_view text) {
    return base::Hostname::parse(text).transform([](const base::Hostname& name) { return name.str(); });
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

base::Result<> trusted_networks(Settings& settings, std::string_view text) {
    const auto networks = parse_networks(text);
    if (!networks) return std::unexpected(networks.error());
    for (const auto& network : *networks)
        if (network.address().is_loopback())
            return base::fail(network.str() +
                              " is this server itself; only a client whose address was lost comes from it");
    settings.trusted_networks = *networks;
    return {};
}

base::Result<> proxy_networks(Settings& settings, std::string_view text) {
    const auto networks = parse_networks(text);
    if (!networks) return std::unexpected(networks.error());
    settings.proxy_networks = *networks;
    for (const auto& network : *networks)
        if (settings.loopback_proxy() && !network.address().is_loopback())
            return base::fail("127.0.0.1, for a proxy on this host, stands alone: its ports are not open to others");
    return {};
}

base::Result<> mta_sts(Settings& settings, std::string_view text) {
    if (text != "testing" && text != "enforce" && text != "none" && text != "off")
        return base::fail("it must be testing, enforce, none or off");
    settings.mta_sts = text == "off" ? "" : text;
    return {};
}

base::Result<> mta_sts_max_age(Settings& settings, std::string_view text) {
    const auto days = text.ends_with('d') ? parse_count(text.substr(0, text.size() - 1), 1, 365) : base::fail("");
    if (!days) return base::fail("it must be days, from 1d to 365d");
    settings.mta_sts_max_age = *days;
    return {};
}

constexpr Row certificate_table[] = {
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
    {.key = "MTA_STS",
     .help = "Policy (MTA-STS) by which others deliver mail only over verified TLS; for domains with a record for\n"
             "mta-sts.<domain>. testing: they report, no more. enforce: for good. none: on the way to off (README.md).",
     .default_text = "testing",
     .example = "enforce",
     .assign = mta_sts},
    {.key = "MTA_STS_MAX_AGE",
     .help = "How long others remember the policy, in days. Empty: 7d while testing, 30d when enforced, 1d for none.",
     .default_text = "",
     .example = "90d",
     .assign = mta_sts_max_age},

};

/// Ids as the check prints them: `domain.bimi`, `domain.srv@example.org`.
base::Result<> findings(Settings& settings, std::string_view text) {
    auto pieces = parse_list(text);
    if (!pieces) return std::unexpected(pieces.error());
    for (const auto piece : *pieces) {
        const auto id = piece.substr(0, piece.find('@'));
        const auto is_plain = [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
        };
        if (!id.contains('.') || !std::ranges::all_of(id, is_plain))
            return base::fail(
                "it must be ids of findings, as ./dns_check.sh --json has them, each alone or with @ and "
                "what it is about");
        settings.dns_check_ignore.emplace_back(piece);
    }
    return {};
}

base::Result<> test_hosts(Settings& settings, std::string_view text) {
    settings.outbound_test_hosts.clear();
    if (text == "off") return {};
    auto pieces = parse_list(text);
    if (!pieces) return std::unexpected(pieces.error());
    for (const auto piece : *pieces) {
        const auto host = base::Hostname::parse(piece);
        if (!host) return std::unexpected(host.error());
        settings.outbound_test_hosts.push_back(host->str());
    }
    return {};
}

constexpr Row network_table[] = {
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
    {.key = "SENDING_FQDN",
     .help = "The name this server gives itself when it sends, if the reverse name of its address is not HOSTNAME.",
     .default_text = "",
     .example = "out.example.org",
     .assign = [](Settings& s, std::string_view v) { return into(s.sending_fqdn, base::Hostname::parse(v)); }},
    {.key = "TRUSTED_NETWORKS",
     .help = "Networks (separated by commas) whose machines send through port 25 without a login, to anywhere and as "
             "anybody,\n"
             "signed and unchecked: a printer, an application. Never the container's gateway, whatever stands here.",
     .default_text = "",
     .example = "192.168.1.20,10.1.2.0/24",
     .assign = trusted_networks},
    {.key = "PROXY_PROTOCOL_NETWORKS",
     .help = "Proxies (HAProxy and others) whose PROXY protocol header tells the client's address: 10025 is then port "
             "25,\n"
             "10993 is 993 and so on. 127.0.0.1: a proxy on this host; the ports are published for it alone.",
     .default_text = "",
     .example = "127.0.0.1",
     .assign = proxy_networks},
    {.key = "RELAY_HOST",
     .help = "All mail to other servers goes through this one (a smarthost), where port 25 to the world is closed.\n"
             "./mailserver.sh relay has others for single senders.",
     .default_text = "",
     .example = "smtp.provider.example",
     .assign = [](Settings& s, std::string_view v) { return into(s.relay.host, base::Hostname::parse(v)); }},
    {.key = "RELAY_PORT",
     .help = "465: TLS from the first octet; any other: STARTTLS.",
     .default_text = "587",
     .example = "587",
     .assign = [](Settings& s, std::string_view v) { return into(s.relay.port, parse_count(v, 1, 65535)); }},
    {.key = "RELAY_USER",
     .help = "The login there; empty: none.",
     .default_text = "",
     .example = "user@provider.example",
     .assign = [](Settings& s, std::string_view v) { return into(s.relay.user, parse_login(v)); }},
    {.key = "RELAY_PASSWORD",
     .help = "",
     .default_text = "",
     .example = "secret",
     .secret = true,
     .assign = [](Settings& s,
                  std::string_view v) { return s.relay.password = base::Secret(std::string(v)), base::Result<>{}; }},
    {.key = "RELAY_TLS",
     .help = "verify: only with a valid certificate of RELAY_HOST. encrypt: with any. may: also without TLS, then no "
             "login.",
     .default_text = "verify",
     .example = "verify",
     .assign = [](Settings& s, std::string_view v) { return into(s.relay.tls, parse_relay_tls(v)); }},
    {.key = "MTA_STS_OUTBOUND",
     .help = "true: mail to domains with an MTA-STS policy goes only to servers that prove who they are, as the policy "
             "says.\nDANE, which comes first, is in force with DNS_VALIDATION=true.",
     .default_text = "true",
     .example = "false",
     .assign = [](Settings& s, std::string_view v) { return into(s.mta_sts_outbound, parse_switch(v)); }},
    {.key = "TLS_REPORTS",
     .help = "true: domains that ask for it (TLSRPT) get a report once a day on how TLS with their servers went.",
     .default_text = "true",
     .example = "false",
     .assign = [](Settings& s, std::string_view v) { return into(s.tls_reports, parse_switch(v)); }},
    {.key = "DNS_CHECK_IGNORE",
     .help = "Findings of ./dns_check.sh that shall not count: their ids, or id@subject for one name only.",
     .default_text = "",
     .example = "domain.autodiscover,domain.srv@example.org",
     .assign = findings},
    {.key = "OUTBOUND_TEST_HOSTS",
     .help =
         "Mail servers of others that ./dns_check.sh connects to, to see whether mail gets out on port 25. off: none.",
     .default_text = "gmail-smtp-in.l.google.com,mx00.gmx.net,mx01.posteo.de",
     .example = "mx.example.net",
     .assign = test_hosts},
    {.key = "CAA_ISSUER",
     .help = "For another ACME authority than Let's Encrypt: its name in CAA records, from its documentation.",
     .default_text = "",
     .example = "ca.example.net",
     .assign = [](Settings& s, std::string_view v) { return into(s.caa_issuer, parse_host_name(v)); }},
    {.key = "BIMI_LOGO_URL",
     .help = "A logo (SVG Tiny PS) that some mail services show beside your mail; the record for it is advised "
             "then.\nEmpty: etc/bimi/logo.svg of the workspace, served at https://HOSTNAME/bimi.svg, if that file is "
             "there.",
     .default_text = "",
     .example = "https://www.example.org/logo.svg",
     .assign = [](Settings& s, std::string_view v) { return into(s.bimi_logo_url, parse_https_url(v)); }},
    {.key = "BIMI_CERTIFICATE_URL",
     .help = "Its certificate (VMC or CMC, PEM), which most services demand.",
     .default_text = "",
     .example = "https://www.example.org/logo.pem",
     .assign = [](Settings& s, std::string_view v) { return into(s.bimi_certificate_url, parse_https_url(v)); }},

};

}  // namespace

std::span<const Row> certificate_rows() {
    return certificate_table;
}

std::span<const Row> network_rows() {
    return network_table;
}

}  // namespace settings
