#include <doctest/doctest.h>

#include <map>

#include "settings/table.h"
#include "settings/values.h"

using settings::Origin;

namespace {

using Pairs = std::map<std::string, std::string>;

/// The three settings nobody can do without, with changes on top.
std::vector<settings::Entry> with(const Pairs& changes) {
    Pairs all{{"DOMAIN", "example.org"}, {"HOSTNAME", "mail.example.org"}, {"ADMIN_EMAIL", "me@example.org"}};
    for (const auto& [key, value] : changes) all[key] = value;
    std::vector<settings::Entry> entries;
    for (const auto& [key, value] : all) entries.push_back({key, value, 0});
    return entries;
}

/// What the operator is told, one problem a line.
std::string told(const Pairs& changes, Origin origin = Origin::file) {
    const auto parsed = settings::parse(with(changes), origin);
    std::string text;
    if (!parsed)
        for (const auto& problem : parsed.error()) text += settings::describe(problem) + "\n";
    return text;
}

}  // namespace

TEST_CASE("the smallest settings give every default") {
    const auto parsed = settings::parse(with({}), Origin::file);
    REQUIRE(parsed);
    CHECK(parsed->domain.str() == "example.org");
    CHECK(parsed->hostname.str() == "mail.example.org");
    CHECK(parsed->admin_email.str() == "me@example.org");
    CHECK(parsed->admin_account().str() == "postmaster@example.org");
    CHECK(parsed->domains().size() == 1);
    CHECK(parsed->tls_mode == settings::TlsMode::acme);
    CHECK(parsed->ports() == std::vector{25, 80, 143, 443, 465, 587, 993, 4190});
    CHECK(parsed->recipient_delimiter == "+");
    CHECK(parsed->mailboxes.archive.empty());
    CHECK(parsed->message_size_limit == 52'428'800);
    CHECK(parsed->gf_server_root_url == "https://${HOSTNAME}/monitoring/");
}

TEST_CASE("good values of every key arrive in their members") {
    const auto parsed = settings::parse(with({{"DOMAIN", "Example.ORG."},
                                              {"ADDITIONAL_DOMAINS", "a.example,b.example"},
                                              {"ADMIN_USER", "Jens"},
                                              {"ADMIN_USER_INITIAL_PASSWORD", "it's \"$(me)\" `x` ${y} # z"},
                                              {"DKIM_KEY_SELECTOR", "s1.2026"},
                                              {"TLS_MODE", "files"},
                                              {"TLS_CERTIFICATE_FILE", "etc/tls/fullchain.pem"},
                                              {"TLS_KEY_FILE", "/host/etc/tls/privkey.pem"},
                                              {"ACME_DIRECTORY_URL", "https://[2001:db8::1]:14000/dir"},
                                              {"ACME_CA_FILE", "etc/tls/ca.pem"},
                                              {"DH_PARAMS", "generate"},
                                              {"PUBLIC_IPV4", "203.0.113.25"},
                                              {"PUBLIC_IPV6", "2001:db8::25"},
                                              {"DNS_FORWARDERS", "192.0.2.53,2001:db8::53"},
                                              {"DNS_VALIDATION", "false"},
                                              {"MESSAGE_SIZE_LIMIT", "25M"},
                                              {"QUOTA_DEFAULT", "10G"},
                                              {"SUBMISSION_ON_PORT_25", "false"},
                                              {"SRS", "false"},
                                              {"ARC", "false"},
                                              {"FULL_TEXT_SEARCH", "true"},
                                              {"FULL_TEXT_SEARCH_AUTOINDEX", "false"},
                                              {"FULL_TEXT_SEARCH_EXCLUDE", "\\junk,Alte Größen.*"},
                                              {"FULL_TEXT_SEARCH_ENFORCED", "body"},
                                              {"FULL_TEXT_SEARCH_MIN_SIZE", "3"},
                                              {"FULL_TEXT_SEARCH_SUBSTRING", "true"},
                                              {"POP3", "true"},
                                              {"MANAGESIEVE", "false"},
                                              {"MAX_CONNECTIONS_PER_USER", "5"},
                                              {"RECIPIENT_DELIMITER", "+-="},
                                              {"FOLDER_TRASH", "Gelöschte Objekte"},
                                              {"FOLDER_ARCHIVE", "Archive-2"},
                                              {"JUNK_EXPUNGE", "30d"},
                                              {"TRASH_EXPUNGE", "off"},
                                              {"HIERARCHY_SEPARATOR", "/"},
                                              {"MAILBOX_LAYOUT", "fs"},
                                              {"UTF8_FOLDER_NAMES", "true"},
                                              {"INDEX_DIR", "/host/var/lib/dovecot/indexes"},
                                              {"METRICS", "false"},
                                              {"METRICS_RETENTION", "2w"},
                                              {"ALERT_MAIL", "false"},
                                              {"ALERT_WEBHOOK", "http://ntfy.example.org/?topic=mail"},
                                              {"GF_SECURITY_ADMIN_USER", "boss"},
                                              {"GF_SECURITY_ADMIN_PASSWORD", "p w"},
                                              {"GF_SERVER_ROOT_URL", "https://${HOSTNAME}:8443/monitoring/"}}),
                                        Origin::file);
    REQUIRE_MESSAGE(parsed, settings::as_error(parsed.error()).text);
    CHECK(parsed->domain.str() == "example.org");
    REQUIRE(parsed->domains().size() == 3);
    CHECK(parsed->domains()[2].str() == "b.example");
    CHECK(parsed->admin_account().str() == "jens@example.org");
    CHECK(parsed->admin_user_initial_password.reveal() == "it's \"$(me)\" `x` ${y} # z");
    CHECK(parsed->dkim_key_selector == "s1.2026");
    CHECK(parsed->tls_mode == settings::TlsMode::files);
    CHECK(parsed->tls_certificate_file == "/host/etc/tls/fullchain.pem");
    CHECK(parsed->tls_key_file == "/host/etc/tls/privkey.pem");
    CHECK(parsed->acme_directory_url == "https://[2001:db8::1]:14000/dir");
    CHECK(parsed->acme_ca_file == "/host/etc/tls/ca.pem");
    CHECK(parsed->dh_params == settings::DhParams::generate);
    CHECK(parsed->public_ipv4->str() == "203.0.113.25");
    CHECK(parsed->public_ipv6->str() == "2001:db8::25");
    CHECK(parsed->dns_forwarders.size() == 2);
    CHECK(!parsed->dns_validation);
    CHECK(parsed->message_size_limit == 25 * 1024 * 1024);
    CHECK(parsed->quota_default == 10'737'418'240);
    CHECK(!parsed->submission_on_port_25);
    CHECK(!parsed->srs);
    CHECK(!parsed->arc);
    CHECK(parsed->full_text_search.enabled);
    CHECK(!parsed->full_text_search.autoindex);
    CHECK(parsed->full_text_search.exclude == std::vector<std::string>{"\\Junk", "Alte Größen.*"});
    CHECK(parsed->full_text_search.enforced == settings::SearchEnforced::body);
    CHECK(parsed->full_text_search.min_size == 3);
    CHECK(parsed->full_text_search.substring);
    CHECK(parsed->ports() == std::vector{25, 80, 110, 143, 443, 465, 587, 993, 995});
    CHECK(parsed->max_connections_per_user == 5);
    CHECK(parsed->recipient_delimiter == "+-=");
    CHECK(!parsed->detail_mailboxes);
    CHECK(parsed->mailboxes.trash == "Gelöschte Objekte");
    CHECK(parsed->mailboxes.archive == "Archive-2");
    CHECK(parsed->mailboxes.junk_expunge_days == 30);
    CHECK(parsed->mailboxes.trash_expunge_days == 0);
    CHECK(parsed->mailboxes.separator == '/');
    CHECK(parsed->mailboxes.layout == settings::MailboxLayout::fs);
    CHECK(parsed->mailboxes.utf8_names);
    CHECK(parsed->mailboxes.index_dir == "var/lib/dovecot/indexes");
    CHECK(!parsed->metrics);
    CHECK(parsed->metrics_retention == 14);
    CHECK_FALSE(parsed->alert_mail);
    CHECK(parsed->alert_webhook.reveal() == "http://ntfy.example.org/?topic=mail");
    CHECK(parsed->monitoring_url() == "https://" + parsed->hostname.str() + ":8443/monitoring/");
    CHECK(parsed->gf_security_admin_user == "boss");
    CHECK(parsed->gf_security_admin_password.reveal() == "p w");
}

TEST_CASE("a quota has a unit, and may be none at all") {
    for (const auto& [text, octets] : std::vector<std::pair<std::string_view, std::uint64_t>>{
             {"0", 0}, {"1B", 1}, {"1b", 1}, {"10k", 10'240}, {"3K", 3'072}, {"5M", 5'242'880}, {"1024T", 1ULL << 50}})
        CHECK_MESSAGE(settings::parse_quota(text) == octets, text);
    for (const char* text : {"", "k", "1.5G", "99999999999999999999", "1kk", "0x10", "1025T"})
        CHECK_MESSAGE(!settings::parse_quota(text), text);
    CHECK(settings::parse_default_quota("0") == 0);
    CHECK(settings::parse_default_quota("1M") == 1'048'576);
    CHECK(!settings::parse_default_quota("1023k"));
}

TEST_CASE("bad values are refused with key, value, reason and example") {
    CHECK(told({{"DOMAIN", ""}}) == "DOMAIN: it must be set. Example: DOMAIN=example.org\n");
    CHECK(told({{"DOMAIN", "localhost"}}) ==
          "DOMAIN='localhost': 'localhost' is not a domain name: it has no dot. Example: DOMAIN=example.org\n");
    CHECK(told({{"HOSTNAME", "\"mail.example.org\""}}) ==
          "HOSTNAME='\"mail.example.org\"': write it without quotation marks, they become part of the value. Example: "
          "HOSTNAME=mail.example.org\n");
    CHECK(told({{"ADDITIONAL_DOMAINS", "a.de, b.de"}}) ==
          "ADDITIONAL_DOMAINS='a.de, b.de': there is a space in it; separate the entries by a comma only. Example: "
          "ADDITIONAL_DOMAINS=example.com,example.net\n");
    CHECK(told({{"ADITIONAL_DOMAINS", "a.de"}}) ==
          "unknown setting 'ADITIONAL_DOMAINS': did you mean ADDITIONAL_DOMAINS? Example: "
          "ADDITIONAL_DOMAINS=example.com,example.net\n");
    CHECK(told({{"SMARTHOST", "a.de"}}) == "unknown setting 'SMARTHOST': it would do nothing. Remove the line\n");
    CHECK(told({{"DOMAIN", "bücher.example"}}).contains("xn--"));
}

TEST_CASE("every bad value names its key and nothing else") {
    const std::pair<const char*, const char*> cases[] = {
        {"DOMAIN", "'example.org'"},
        {"DOMAIN", "example.org "},
        {"DOMAIN", " example.org"},
        {"DOMAIN", "example.org\r"},
        {"DOMAIN", "example\x1b[31m.org"},
        {"DOMAIN", "example.org # mine"},
        {"DOMAIN", "$(id).example.org"},
        {"DOMAIN", "`id`.example.org"},
        {"DOMAIN", "${HOSTNAME}"},
        {"DOMAIN", "../../etc"},
        {"DOMAIN", "https://example.org"},
        {"DOMAIN", "me@example.org"},
        {"DOMAIN", "192.0.2.1"},
        {"DOMAIN", "a.example,b.example"},
        {"DOMAIN", "-a.example"},
        {"HOSTNAME", "a1b2c3d4e5f6"},
        {"HOSTNAME", "mail_1.example.org"},
        {"HOSTNAME", "mail.example.org;reboot"},
        {"ADMIN_EMAIL", "me"},
        {"ADMIN_EMAIL", "Me <me@example.org>"},
        {"ADMIN_EMAIL", "me@example.org\nBcc: x@y.z"},
        {"ADMIN_USER", "post master"},
        {"ADMIN_USER", "postmaster@example.org"},
        {"ADMIN_USER", "../x"},
        {"ADMIN_USER_INITIAL_PASSWORD", "short"},
        {"ADMIN_USER_INITIAL_PASSWORD", "\"quoted-one\""},
        {"ADMIN_USER_INITIAL_PASSWORD", "with\rcontrol"},
        {"ADDITIONAL_DOMAINS", "a.example;b.example"},
        {"ADDITIONAL_DOMAINS", "a.example b.example"},
        {"ADDITIONAL_DOMAINS", "a.example,"},
        {"ADDITIONAL_DOMAINS", ",a.example"},
        {"ADDITIONAL_DOMAINS", "a.example,a.example"},
        {"ADDITIONAL_DOMAINS", "example.org"},
        {"ADDITIONAL_DOMAINS", "*.example.com"},
        {"DKIM_KEY_SELECTOR", "mail server"},
        {"DKIM_KEY_SELECTOR", "../key"},
        {"DKIM_KEY_SELECTOR", "mail_server"},
        {"DKIM_KEY_SELECTOR", "a..b"},
        {"TLS_MODE", "letsencrypt"},
        {"TLS_CERTIFICATE_FILE", "/etc/ssl/cert.pem"},
        {"TLS_CERTIFICATE_FILE", "../cert.pem"},
        {"TLS_KEY_FILE", "etc/tls/../../key.pem"},
        {"TLS_KEY_FILE", "/host//key.pem"},
        {"TLS_KEY_FILE", "etc/tls/"},
        {"ACME_DIRECTORY_URL", "http://acme.example/dir"},
        {"ACME_DIRECTORY_URL", "https://"},
        {"ACME_DIRECTORY_URL", "https://me:pw@acme.example/dir"},
        {"ACME_DIRECTORY_URL", "https://acme.example/a b"},
        {"ACME_CA_FILE", "/etc/passwd"},
        {"DH_PARAMS", "4096"},
        {"PUBLIC_IPV4", "mail.example.org"},
        {"PUBLIC_IPV4", "2001:db8::1"},
        {"PUBLIC_IPV4", "127.0.0.1"},
        {"PUBLIC_IPV4", "203.0.113.256"},
        {"PUBLIC_IPV6", "203.0.113.1"},
        {"PUBLIC_IPV6", "::1"},
        {"DNS_FORWARDERS", "9.9.9.9 1.1.1.1"},
        {"DNS_FORWARDERS", "dns.quad9.net"},
        {"DNS_FORWARDERS", "127.0.0.1"},
        {"DNS_VALIDATION", "yes"},
        {"DNS_CHECK_IGNORE", "everything"},
        {"DNS_CHECK_IGNORE", "domain.mx, domain.spf"},
        {"OUTBOUND_TEST_HOSTS", "none"},
        {"OUTBOUND_TEST_HOSTS", "192.0.2.1"},
        {"CAA_ISSUER", "Let's Encrypt"},
        {"BIMI_LOGO_URL", "http://www.example.org/logo.svg"},
        {"BIMI_LOGO_URL", "https://www.example.org/logo.svg;a=x"},
        {"MESSAGE_SIZE_LIMIT", "50MB"},
        {"MESSAGE_SIZE_LIMIT", "-1"},
        {"MESSAGE_SIZE_LIMIT", "0"},
        {"MESSAGE_SIZE_LIMIT", "99999999999999999999"},
        {"MESSAGE_SIZE_LIMIT", "20000000000G"},
        {"QUOTA_DEFAULT", "10"},
        {"QUOTA_DEFAULT", "10GB"},
        {"QUOTA_DEFAULT", "-1"},
        {"QUOTA_DEFAULT", "10 G"},
        {"QUOTA_DEFAULT", "1025T"},
        {"SUBMISSION_ON_PORT_25", "0"},
        {"FULL_TEXT_SEARCH", "yes"},
        {"FULL_TEXT_SEARCH_AUTOINDEX", "1"},
        {"FULL_TEXT_SEARCH_EXCLUDE", "\\Spam"},
        {"FULL_TEXT_SEARCH_EXCLUDE", "Junk, Trash"},
        {"FULL_TEXT_SEARCH_EXCLUDE", "Junk,,Trash"},
        {"FULL_TEXT_SEARCH_EXCLUDE", "a\" {\n}"},
        {"FULL_TEXT_SEARCH_EXCLUDE", "%{home}"},
        {"FULL_TEXT_SEARCH_EXCLUDE", "$ENV:HOME"},
        {"FULL_TEXT_SEARCH_EXCLUDE", "../x"},
        {"FULL_TEXT_SEARCH_EXCLUDE", "bad\xff"},
        {"FULL_TEXT_SEARCH_ENFORCED", "true"},
        {"FULL_TEXT_SEARCH_MIN_SIZE", "0"},
        {"FULL_TEXT_SEARCH_MIN_SIZE", "11"},
        {"FULL_TEXT_SEARCH_SUBSTRING", "on"},
        {"POP3", "yes"},
        {"MANAGESIEVE", "on"},
        {"MAX_CONNECTIONS_PER_USER", "0"},
        {"MAX_CONNECTIONS_PER_USER", "2001"},
        {"RECIPIENT_DELIMITER", "+/"},
        {"RECIPIENT_DELIMITER", "++"},
        {"RECIPIENT_DELIMITER", "OFF"},
        {"DETAIL_MAILBOXES", "1"},
        {"FOLDER_SENT", "Sent\\"},
        {"FOLDER_SENT", "Se\"nt"},
        {"FOLDER_SENT", "%{user}"},
        {"FOLDER_SENT", "../Sent"},
        {"FOLDER_SENT", "Sent.Mail"},
        {"FOLDER_SENT", "Sent\xff"},
        {"FOLDER_SENT", "Inbox"},
        {"FOLDER_SENT", "tmp"},
        {"FOLDER_SENT", "a name that is longer than any folder of a mailbox should ever be"},
        {"FOLDER_SENT", "DRAFTS"},
        {"FOLDER_ARCHIVE", "Junk"},
        {"JUNK_EXPUNGE", "30"},
        {"JUNK_EXPUNGE", "1m"},
        {"TRASH_EXPUNGE", "0d"},
        {"TRASH_EXPUNGE", "3651d"},
        {"HIERARCHY_SEPARATOR", "\\"},
        {"MAILBOX_LAYOUT", "maildir"},
        {"UTF8_FOLDER_NAMES", "yes"},
        {"INDEX_DIR", "../indexes"},
        {"INDEX_DIR", "/var/lib/indexes"},
        {"INDEX_DIR", "etc"},
        {"INDEX_DIR", "mail"},
        {"INDEX_DIR", "mail/inboxes/example.org"},
        {"INDEX_DIR", "var/lib"},
        {"INDEX_DIR", "var/lib/rspamd/x"},
        {"METRICS", "True"},
        {"METRICS", "'true'"},
        {"GF_SECURITY_ADMIN_USER", "\"mail\""},
        {"GF_SECURITY_ADMIN_PASSWORD", "a\nb"},
        {"GF_SERVER_ROOT_URL", "$(id)"},
        {"GF_SERVER_ROOT_URL", "mail.example.org/monitoring"},
        {"GF_SERVER_ROOT_URL", "https://${USER}/monitoring/"},
        {"GF_SERVER_ROOT_URL", "https://${HOSTNAME}/?x"},
        {"METRICS_RETENTION", "60"},
        {"METRICS_RETENTION", "0d"},
        {"METRICS_RETENTION", "3651d"},
        {"METRICS_RETENTION", "1h"},
        {"ALERT_MAIL", "yes"},
        {"ALERT_WEBHOOK", "ntfy.example.org/x"},
        {"ALERT_WEBHOOK", "https://user:secret@ntfy.example.org/x"},
        {"ALERT_WEBHOOK", "https://ntfy.example.org/x y"},
    };
    for (const auto& [key, value] : cases) {
        const auto parsed = settings::parse(with({{key, value}}), Origin::file);
        CAPTURE(key);
        CAPTURE(value);
        REQUIRE(!parsed);
        CHECK(parsed.error().size() == 1);
        CHECK(parsed.error()[0].key == key);
        CHECK(!parsed.error()[0].why.empty());
        CHECK(parsed.error()[0].example.starts_with(std::string(key) + "="));
    }
}

TEST_CASE("strangers make no folders where one could stand in the place of a file of Dovecot's") {
    CHECK(settings::parse(with({{"DETAIL_MAILBOXES", "true"}}), Origin::file)->detail_mailboxes);
    CHECK(
        told({{"DETAIL_MAILBOXES", "true"}, {"MAILBOX_LAYOUT", "fs"}}) ==
        "DETAIL_MAILBOXES='true': with MAILBOX_LAYOUT=fs a stranger could make folders that break a mailbox. Example: "
        "DETAIL_MAILBOXES=false\n");
}

TEST_CASE("no recipient delimiter, and an administrator whose name holds one") {
    CHECK(settings::parse(with({{"RECIPIENT_DELIMITER", "off"}}), Origin::file)->recipient_delimiter.empty());
    CHECK(told({{"RECIPIENT_DELIMITER", "+."}, {"ADMIN_USER", "post.master"}}) ==
          "ADMIN_USER='post.master': RECIPIENT_DELIMITER='+.' would take a part of it for a detail. Example: "
          "ADMIN_USER=postmaster\n");
}

TEST_CASE("the filter's scores are numbers or off, and rise") {
    const auto parsed = settings::parse(
        with({{"SPAM_GREYLIST_SCORE", "off"}, {"SPAM_HEADER_SCORE", "3.5"}, {"SPAM_REJECT_SCORE", "1000"}}),
        Origin::file);
    REQUIRE(parsed);
    CHECK_FALSE(parsed->spam_greylist_score);
    CHECK(parsed->spam_header_score == 3.5);
    CHECK(parsed->spam_reject_score == 1000);
    for (const char* bad : {"0", "-1", "nan", "inf", "1e1", "1001", "OFF", "5 6", "5,5", "0x5"})
        CHECK(told({{"SPAM_REJECT_SCORE", bad}}).starts_with("SPAM_REJECT_SCORE='" + std::string(bad) + "': "));
    CHECK(told({{"SPAM_REJECT_SCORE", "6"}}) ==
          "SPAM_REJECT_SCORE='6': it must be more than SPAM_HEADER_SCORE, which is 6. Example: "
          "SPAM_REJECT_SCORE=15\n");
    CHECK(told({{"SPAM_HEADER_SCORE", "off"}, {"SPAM_REJECT_SCORE", "3"}}).contains("SPAM_GREYLIST_SCORE, which is 4"));
}

TEST_CASE("virus signatures come from the public servers, a mirror or nowhere") {
    const auto mirror = [](const char* text) {
        return settings::parse(with({{"VIRUS_SIGNATURES_MIRROR", text}}), Origin::file)->virus_scan.mirror;
    };
    CHECK(mirror("") == "database.clamav.net");
    CHECK(mirror("off").empty());
    CHECK(mirror("Mirror.example.net") == "mirror.example.net");
    for (const auto* url : {"http://192.0.2.1:8080/clamav", "https://mirror.example.net/"}) CHECK(mirror(url) == url);
    for (const auto* bad :
         {"http://", "https://user@x.example/", "http://x.example/\" y", "ftp://x.example", "a b", "../x"})
        CHECK(told({{"VIRUS_SIGNATURES_MIRROR", bad}}).starts_with("VIRUS_SIGNATURES_MIRROR='"));
    CHECK(settings::parse(with({{"VIRUS_SCAN_UNAVAILABLE", "pass"}}), Origin::file)->virus_scan.pass_unscanned);
    CHECK(told({{"VIRUS_SCAN_UNAVAILABLE", "reject"}}).contains("it must be tempfail or pass"));
}

TEST_CASE("blocklists are on, off, or on with names of more") {
    const auto of = [](const char* text) { return *settings::parse(with({{"BLOCKLISTS", text}}), Origin::file); };
    CHECK(of("").blocklists);
    CHECK_FALSE(of("off").blocklists);
    CHECK(of("dnsbl.example.net,x.example").blocklists);
    CHECK(of("dnsbl.example.net,x.example").blocklist_zones.size() == 2);
    for (const char* bad : {"true", "on,x.example", "x.example,", "a b", "x.example;"})
        CHECK(told({{"BLOCKLISTS", bad}}).starts_with("BLOCKLISTS='"));
}

TEST_CASE("all problems are told at once, those of a file in the order of its lines") {
    const auto parsed = settings::parse_file("DOMAIN=x\nexport METRICS=maybe\nTLS_MODE=files\nADMIN_EMAIL=\n");
    REQUIRE(!parsed);
    const auto error = settings::as_error(parsed.error());
    CHECK(error.kind == base::ErrorKind::usage);
    CHECK(error.text ==
          "cannot use the settings: 7 problems\n"
          "  line 1: DOMAIN='x': 'x' is not a domain name: it has no dot. Example: DOMAIN=example.org\n"
          "  line 2: this is no shell script; remove 'export '\n"
          "  line 2: METRICS='maybe': it must be true or false, in lower case. Example: METRICS=false\n"
          "  HOSTNAME: it must be set. Example: HOSTNAME=mail.example.org\n"
          "  ADMIN_EMAIL: it must be set. Example: ADMIN_EMAIL=postmaster@example.org\n"
          "  TLS_CERTIFICATE_FILE: TLS_MODE=files needs it. Example: TLS_CERTIFICATE_FILE=etc/tls/fullchain.pem\n"
          "  TLS_KEY_FILE: TLS_MODE=files needs it. Example: TLS_KEY_FILE=etc/tls/privkey.pem");
}

TEST_CASE("the MTA-STS policy: its mode, and days that other servers remember it") {
    const std::string required = "DOMAIN=example.org\nHOSTNAME=mail.example.org\nADMIN_EMAIL=a@example.org\n";
    const auto of = [&](const std::string& text) { return settings::parse_file(required + text).value(); };
    CHECK(of("").mta_sts == "testing");
    CHECK(of("").mta_sts_max_age == 0);
    CHECK(of("MTA_STS=off\n").mta_sts.empty());
    CHECK(of("MTA_STS=enforce\nMTA_STS_MAX_AGE=365d\n").mta_sts_max_age == 365);
    CHECK(told({{"MTA_STS", "Enforce"}}).contains("it must be testing, enforce, none or off"));
    for (const char* bad : {"0d", "366d", "7", "d", "-1d", "1w", "604800"})
        CHECK(told({{"MTA_STS_MAX_AGE", bad}}).contains("it must be days, from 1d to 365d"));
}

TEST_CASE("a secret is in no message") {
    for (const char* secret : {"s3cr3t", "\"s3cr3t-and-more\"", "s3cr3t\r-and-more", " s3cr3t-and-more"})
        for (const char* key : {"ADMIN_USER_INITIAL_PASSWORD", "GF_SECURITY_ADMIN_PASSWORD"})
            CHECK(!told({{key, secret}}).contains("s3cr3t"));
    const auto broken =
        settings::parse_file("ADMIN_USER_INITIAL_PASSWORD : s3cr3t\nGF_SECURITY_ADMIN_PASSWORD = s3cr3t\n");
    CHECK(!settings::as_error(broken.error()).text.contains("s3cr3t"));
}

TEST_CASE("other programs' variables in the environment are no mistake, mistyped settings are") {
    for (const char* name : {"PATH", "HOME", "TERM", "container", "PWD", "OLDPWD", "SHLVL", "USER", "LOGNAME", "LANG",
                             "TZ", "LC_ALL", "DEBIAN_FRONTEND", "NOTIFY_SOCKET", "SMARTHOST", "_"})
        CHECK_MESSAGE(told({{name, "x"}}, Origin::environment).empty(), name);
    CHECK(told({{"DKIM_KEYSELECTOR", "x"}}, Origin::environment).contains("did you mean DKIM_KEY_SELECTOR?"));
    CHECK(told({{"domain", "x.example"}}, Origin::environment).contains("did you mean DOMAIN?"));
    const char* const environment[] = {"DOMAIN=a.example", "EMPTY=", "odd", "X=a=b", nullptr};
    const auto entries = settings::environment_entries(environment);
    REQUIRE(entries.size() == 3);
    CHECK(entries[2].value == "a=b");
}

TEST_CASE("further settings of Grafana in a file are Grafana's business") {
    CHECK(told({{"GF_SMTP_ENABLED", "true"}}).empty());
    CHECK(told({{"GF_SERVER_DOMAINS", "x"}}).contains("did you mean GF_SERVER_DOMAIN?"));
}

TEST_CASE("networks that are trusted or hold proxies") {
    const auto parsed = settings::parse(with({{"TRUSTED_NETWORKS", "192.168.1.20,10.1.2.0/24,2001:db8::/48"},
                                              {"PROXY_PROTOCOL_NETWORKS", "192.0.2.80"},
                                              {"SENDING_FQDN", "Out.Example.org"},
                                              {"POP3", "true"}}),
                                        Origin::file);
    REQUIRE(parsed);
    CHECK(parsed->trusted_networks.size() == 3);
    CHECK(parsed->proxy_ports() == std::vector{10025, 10110, 10143, 10465, 10587, 10993, 10995, 14190});
    CHECK_FALSE(parsed->loopback_proxy());
    CHECK(parsed->helo_name().str() == "out.example.org");
    const auto local = settings::parse(with({{"PROXY_PROTOCOL_NETWORKS", "127.0.0.1"}}), Origin::file);
    REQUIRE(local);
    CHECK(local->loopback_proxy());
    CHECK(local->helo_name().str() == "mail.example.org");
    for (const char* key : {"TRUSTED_NETWORKS", "PROXY_PROTOCOL_NETWORKS"}) {
        CHECK(told({{key, "0.0.0.0/0"}}).contains("more of the internet"));
        CHECK(told({{key, "8.0.0.0/8"}}).contains("more of the internet"));
        CHECK(told({{key, "192.0.2.1/24"}}).contains("not the network itself"));
        CHECK(told({{key, "192.0.2.0/24, 10.0.0.1"}}).contains("space"));
        CHECK(told({{key, "printer.lan"}}).contains("not a network"));
    }
    CHECK(told({{"TRUSTED_NETWORKS", "127.0.0.0/8"}}).contains("this server itself"));
    CHECK(told({{"TRUSTED_NETWORKS", "::1"}}).contains("this server itself"));
    CHECK(told({{"PROXY_PROTOCOL_NETWORKS", "127.0.0.1,192.0.2.80"}}).contains("stands alone"));
}

TEST_CASE("who may guess without being refused is a list of networks") {
    const auto parsed = settings::parse(with({{"LOGIN_TRUSTED_NETWORKS", "192.0.2.7,2001:db8::/32"}}), Origin::file);
    REQUIRE(parsed);
    CHECK(parsed->login_guard);
    REQUIRE(parsed->login_trusted_networks.size() == 2);
    CHECK(parsed->login_trusted_networks[1].str() == "2001:db8::/32");
    for (const auto* bad : {"192.0.2.1/24", "0.0.0.0/0", "mail.example.org", "192.0.2.7 192.0.2.8"})
        CHECK(told({{"LOGIN_TRUSTED_NETWORKS", bad}}).contains("LOGIN_TRUSTED_NETWORKS"));
    CHECK_FALSE(settings::parse(with({{"LOGIN_GUARD", "false"}}), Origin::file)->login_guard);
}
