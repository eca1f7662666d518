#pragma once
/// Figures of accounts and domains, and what the DNS says about them.
#include "metrics/labels.h"

namespace metrics {

inline constexpr Label domain_label[] = {domain};
inline constexpr Label mailbox_labels[] = {domain, user};
inline constexpr Label dns_labels[] = {domain, {.name = "check", .bound = "the records of a domain: about 10"}};
inline constexpr Label dns_record_labels[] = {domain,
                                              {.name = "check", .bound = "the records of a domain: about 10"},
                                              {.name = "host", .bound = "1 for each check"},
                                              {.name = "type", .bound = "1 for each check"},
                                              {.name = "expected", .bound = "1 for each check"},
                                              {.name = "found", .bound = "1 for each check, at most 500 octets"},
                                              {.name = "status", .bound = "ok, missing, differs"}};
inline constexpr Label dns_host_labels[] = {{.name = "check", .bound = "A, AAAA, PTR"},
                                            {.name = "host", .bound = "1 for each check"},
                                            {.name = "expected", .bound = "1 for each check"},
                                            {.name = "found", .bound = "1 for each check, at most 500 octets"}};
inline constexpr Label ip_labels[] = {{.name = "ip", .bound = "1 for each family"},
                                      {.name = "family", .bound = "ipv4, ipv6"}};
inline constexpr std::string_view verdicts[] = {"passed", "failed"};
inline constexpr std::string_view session_results[] = {"ok", "failed"};
inline constexpr Label reported_mail_labels[] = {domain, {.name = "verdict", .values = verdicts}};
inline constexpr Label reported_session_labels[] = {domain, {.name = "result", .values = session_results}};
inline constexpr std::string_view sync_sides[] = {"here", "there"};
inline constexpr Label sync_labels[] = {{.name = "user", .bound = "the accounts of `sync list`"},
                                        {.name = "host", .bound = "1 for each of them, mostly"}};
inline constexpr Label sync_side_labels[] = {{.name = "user", .bound = "the accounts of `sync list`"},
                                             {.name = "host", .bound = "1 for each of them, mostly"},
                                             {.name = "copied", .values = sync_sides}};
inline constexpr Label list_label[] = {{.name = "list", .bound = "the blocklists that are asked"}};

inline constexpr Row account_rows[] = {
    {"mailserver_users", Kind::gauge, "accounts", "Accounts of a domain.", domain_label},
    {"mailserver_aliases", Kind::gauge, "aliases", "Aliases of a domain.", domain_label},
    {"mailserver_domain_mailbox_bytes", Kind::gauge, "octets", "Mail of all accounts of a domain.", domain_label},
    {"mailserver_domain_mailbox_messages", Kind::gauge, "mails", "Mails of all accounts of a domain.", domain_label},
    {"mailserver_mailboxes_almost_full", Kind::gauge, "accounts",
     "Accounts whose mail takes 90 % of their quota or more.", domain_label},
    {"mailserver_mailbox_bytes", Kind::gauge, "octets", "Mail of an account; the largest mailboxes up to the limit.",
     mailbox_labels},
    {"mailserver_mailbox_messages", Kind::gauge, "mails", "Mails of an account.", mailbox_labels},
    {"mailserver_mailbox_unseen", Kind::gauge, "mails", "Mails in the inbox nobody has read.", mailbox_labels},
    {"mailserver_mailbox_quota_bytes", Kind::gauge, "octets",
     "What an account may hold; absent for accounts without a limit.", mailbox_labels},
    {"mailserver_imap_sessions", Kind::gauge, "sessions", "IMAP sessions that are open."},

    {"mailserver_dns_check_ok", Kind::gauge, "0 or 1", "Whether a record of a domain is as it should be.", dns_labels},
    {"mailserver_dns_record_info", Kind::gauge, "1", "A record to publish, and what the DNS says instead.",
     dns_record_labels},
    {"mailserver_dns_host_ok", Kind::gauge, "0 or 1", "Whether the server's addresses and reverse names are right.",
     dns_host_labels},
    {"mailserver_public_ip_info", Kind::gauge, "1", "The server's public addresses.", ip_labels},
    {"mailserver_dns_last_check_timestamp_seconds", Kind::gauge, "Unix time", "When the DNS was last looked at."},
    {"mailserver_dnsbl_listed", Kind::gauge, "0 or 1", "Whether a blocklist names one of the server's addresses.",
     list_label},
    {"mailserver_reported_mails", Kind::gauge, "mails",
     "Mails with a domain of ours in From that other servers have reported on (DMARC) in the last 7 days.",
     reported_mail_labels},
    {"mailserver_reported_tls_sessions", Kind::gauge, "sessions",
     "TLS sessions with this server that others have reported on (TLS-RPT) in the last 7 days.",
     reported_session_labels},
    {"mailserver_sync_last_success_timestamp_seconds", Kind::gauge, "Unix time",
     "When an account was last synchronised with another IMAP server.", sync_labels},
    {"mailserver_sync_failing", Kind::gauge, "0 or 1", "Whether the last run of a synchronised account failed.",
     sync_labels},
    {"mailserver_sync_messages_total", Kind::counter, "mails",
     "Mails copied from another IMAP server here, and from here there.", sync_side_labels},
};

}  // namespace metrics
