#pragma once
/// What the operator decided, as one plain value. Made once, at the start of the program, by parse() in table.h;
/// nobody reads the environment after that. Every member has a row in one of rows_*.cpp.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.h"
#include "base/ip.h"
#include "base/secret.h"
#include "directory/options.h"

namespace settings {

/// Where the certificate comes from.
enum class TlsMode { acme, selfsigned, files };

/// RFC 7919 group at once, or own parameters made in the background.
enum class DhParams { ffdhe3072, generate };

/// What a search may do while the index does not answer: read the mails themselves, or only fail. `body`: the index has
/// the last word on texts, but is not brought up to date for a search in headers alone.
enum class SearchEnforced { no, yes, body };

struct FullTextSearch {
    bool enabled = false;
    bool autoindex = true;                                  ///< at delivery, not only at the first search
    std::vector<std::string> exclude{"\\Junk", "\\Trash"};  ///< special uses or folder names (`*`: anything)
    SearchEnforced enforced = SearchEnforced::no;
    unsigned min_size = 1;   ///< octets; shorter words are not in the index
    bool substring = false;  ///< also inside of words
};

/// Viruses in mail. A plain default is the setting's default.
struct VirusScan {
    bool enabled = false;
    bool pass_unscanned = false;                 ///< what the scanner cannot see to: let through, or put off
    std::string mirror = "database.clamav.net";  ///< a host's name or a URL; empty: own signatures only
};

/// How a Maildir keeps its folders: side by side with dots in their names, or as a tree.
enum class MailboxLayout { maildir_plus_plus, fs };

/// What every mailbox looks like. Names are UTF-8 and hold nothing any configuration could trip over.
struct Mailboxes {
    std::string drafts = "Drafts";
    std::string sent = "Sent";
    std::string junk = "Junk";
    std::string trash = "Trash";
    std::string archive;             ///< empty: there is none
    unsigned junk_expunge_days = 0;  ///< mail this old is removed; 0: never
    unsigned trash_expunge_days = 0;
    char separator = '.';  ///< between a folder and the one in it, as mail programs see it
    MailboxLayout layout = MailboxLayout::maildir_plus_plus;
    bool utf8_names = false;  ///< on disk: UTF-8, or the ASCII form of RFC 3501 §5.1.3
    std::string index_dir;    ///< relative to the workspace; empty: beside the mail
};

/// When an account is stopped from sending to other servers; 0: never for this.
struct OutboundLimits {
    unsigned messages_per_hour = 200;
    unsigned recipients_per_day = 1000;
    unsigned new_recipients_per_day = 400;
    unsigned networks_per_hour = 15;
    unsigned bounce_percent = 40;

    bool any() const {
        return messages_per_hour + recipients_per_day + new_recipients_per_day + networks_per_hour + bounce_percent > 0;
    }
};

/// Somebody else's server that takes all mail we send.
struct RelayHost {
    std::optional<base::Hostname> host;  ///< nothing: mail goes straight to where it belongs
    unsigned port = 587;                 ///< 465: TLS from the first octet; else STARTTLS
    std::string user;                    ///< empty: no login there
    base::Secret password;
    std::string tls = "verify";  ///< or "encrypt": whatever certificate; "may": also without TLS, then no login
};

/// Copies of everything in restic's repository.
struct Backup {
    std::string repository;  ///< as restic names it; empty: there are no backups
    base::Secret password;   ///< empty: one is made up and kept in the workspace
    /// Once a day at this time (UTC), or so long after the last one; with neither only by hand.
    std::optional<std::chrono::minutes> time_of_day{210};
    std::optional<std::chrono::seconds> interval;
    /// What stays when older ones go, as restic's --keep-… names it: "daily=7"; empty: everything.
    std::vector<std::string> keep{"within=1d", "hourly=24", "daily=7", "weekly=4", "monthly=6"};
    std::vector<base::Secret> environment;                              ///< "NAME=value", for restic
    std::string before, after;                                          ///< commands for the shell; may be empty
    std::optional<std::chrono::seconds> drill = std::chrono::weeks(1);  ///< nothing: only by hand
};

/// What a port for proxies is higher than the port it stands for: 25 and 10025.
inline constexpr int proxy_port_offset = 10000;

struct Settings {
    base::Domain domain;
    base::Hostname hostname;
    base::EmailAddress admin_email;
    std::string admin_user = "postmaster";  ///< local part of the account made at the first start
    base::Secret admin_user_initial_password;
    std::vector<base::Domain> additional_domains;
    std::string dkim_key_selector = "mailserver";

    TlsMode tls_mode = TlsMode::acme;
    std::string tls_certificate_file;  ///< absolute path in the container (under /host); only for TlsMode::files
    std::string tls_key_file;
    std::string acme_directory_url = "https://acme-v02.api.letsencrypt.org/directory";
    std::string
        acme_ca_file;  ///< extra CA certificates (PEM) the ACME server's own HTTPS may be signed by; may be empty
    DhParams dh_params = DhParams::ffdhe3072;
    std::string mta_sts = "testing";  ///< the mode of the policy (RFC 8461): testing, enforce, none; empty: no policy
    unsigned mta_sts_max_age = 0;     ///< days; 0: what suits the mode

    std::optional<base::IpAddress> public_ipv4;
    std::optional<base::IpAddress> public_ipv6;
    std::vector<base::IpAddress> dns_forwarders;    ///< empty: Unbound asks the root servers itself
    bool dns_validation = true;                     ///< DNSSEC; off only for forwarders that drop its records
    std::vector<base::IpNetwork> trusted_networks;  ///< who is in them relays without a login
    std::vector<base::IpNetwork> proxy_networks;  ///< proxies that tell their clients' addresses; see loopback_proxy()
    std::optional<base::Hostname> sending_fqdn;   ///< nothing: HOSTNAME
    RelayHost relay;
    bool mta_sts_outbound = true;  ///< mail is sent as the other side's MTA-STS policy wants it
    bool tls_reports = true;       ///< others are told daily how TLS to them went (RFC 8460)

    std::string caa_issuer;  ///< the CA's name in CAA records; empty: known from its URL, or not
    std::string bimi_logo_url, bimi_certificate_url;  ///< may be empty
    std::vector<std::string> dns_check_ignore;        ///< ids of findings, or id@subject
    /// Mail servers whose port 25 is tried, to see whether mail gets out; empty: none is.
    std::vector<std::string> outbound_test_hosts{"gmail-smtp-in.l.google.com", "mx00.gmx.net", "mx01.posteo.de"};

    std::uint64_t message_size_limit = 52'428'800;  ///< octets
    std::uint64_t quota_default = 0;                ///< octets an account may hold unless it has its own; 0: unlimited
    std::vector<std::string> reject_senders;        ///< addresses and domains mail is not taken from
    std::vector<std::string> reject_recipients;     ///< … and not taken for
    bool account_page = true;                       ///< /account/: users change their own passwords
    bool submission_on_port_25 = true;              ///< AUTH also on 25, after STARTTLS, as TL offers it
    bool srs = true;                                ///< forwarded mail leaves with a sender of ours
    bool arc = true;                                ///< mail from outside is sealed (RFC 8617)
    OutboundLimits outbound;
    bool check_header_from = true;    ///< users are held to their own addresses in the header, too
    bool hide_client_headers = true;  ///< what names a user's mail program and address goes
    bool rewrite_message_id = false;  ///< Message-ID of users' mail: HOSTNAME behind the @

    directory::Options ldap;  ///< accounts in a directory, beside our own

    bool login_guard = true;                              ///< guessing passwords leads to delays and bans
    std::vector<base::IpNetwork> login_trusted_networks;  ///< never refused nor delayed

    FullTextSearch full_text_search;

    bool pop3 = false;
    bool managesieve = true;
    unsigned max_connections_per_user = 400;  ///< from one address, for each protocol
    std::string recipient_delimiter = "+";    ///< any of these separates a detail from the name; empty: nothing does
    bool detail_mailboxes = false;            ///< mail for jens+x goes to folder x
    Mailboxes mailboxes;

    std::optional<double> spam_greylist_score = 4;  ///< nothing: never; rising from this one to the last
    std::optional<double> spam_header_score = 6;
    std::optional<double> spam_reject_score = 15;
    bool greylisting = true;
    bool spam_learning = true;                    ///< by moving mail into and out of the junk folder
    bool blocklists = true;                       ///< those the filter knows
    std::vector<base::Hostname> blocklist_zones;  ///< of the operator, asked besides those

    VirusScan virus_scan;

    Backup backup;

    unsigned trace_days = 30;  ///< what happened to mails is kept so long; 0: not at all

    bool metrics = true;
    unsigned metrics_per_user_limit = 200;  ///< so many accounts have figures of their own
    std::vector<std::string> debug;         ///< engines that tell more: postfix, dovecot, rspamd, unbound
    bool debugs(std::string_view engine) const;
    std::chrono::seconds probe_interval{900};  ///< between mails of the server to itself; 0: there are none
    unsigned metrics_retention = 60;           ///< days
    bool alert_mail = true;                    ///< the admin account is told of alerts
    base::Secret alert_webhook;                ///< a URL that is told as well; may be empty
    std::string gf_security_admin_user = "mail";
    base::Secret gf_security_admin_password;
    std::string gf_server_root_url = "https://${HOSTNAME}/monitoring/";

    /// Where the dashboards are, as a URL that ends with a slash: GF_SERVER_ROOT_URL with its variables filled in.
    std::string monitoring_url() const;
    /// DOMAIN and ADDITIONAL_DOMAINS, in this order, each once.
    std::vector<base::Domain> domains() const;
    /// ADMIN_USER@DOMAIN
    base::EmailAddress admin_account() const;
    /// The ports the world must reach, ascending.
    std::vector<int> ports() const;
    /// The ports for proxies that speak the PROXY protocol, ascending; none without such proxies.
    std::vector<int> proxy_ports() const;
    /// The proxies run on the host: their ports are published on its loopback address only.
    bool loopback_proxy() const;
    /// The name in HELO of mail we send.
    const base::Hostname& helo_name() const;
};

}  // namespace settings
