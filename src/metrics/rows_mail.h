#pragma once
/// Figures of mail on its way: SMTP, the queue, deliveries, the filters.
#include "metrics/labels.h"

namespace metrics {

inline constexpr double delivery_buckets[] = {0.1, 0.5, 1, 5, 30, 60, 300, 1800, 3600, 14400, 86400, 432000};
inline constexpr double scan_buckets[] = {0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60};

inline constexpr Label service_label[] = {{.name = "service", .values = smtp_services}};
inline constexpr Label tls_labels[] = {
    {.name = "service", .values = smtp_services},
    {.name = "protocol", .bound = "TLSv1.2, TLSv1.3"},
    {.name = "cipher", .bound = "the suites the server offers: about 10; the usual ones exist from the start"}};
inline constexpr Label out_tls_labels[] = {{.name = "protocol", .values = tls_versions}};
inline constexpr Label auth_labels[] = {{.name = "service", .values = smtp_services},
                                        {.name = "result", .values = auth_results}};
inline constexpr Label reason_label[] = {{.name = "reason", .values = reject_reasons}};
inline constexpr Label submitter_label[] = {user};
inline constexpr Label delivery_labels[] = {{.name = "transport", .values = transports},
                                            {.name = "status", .values = delivery_states}};
inline constexpr Label transport_label[] = {{.name = "transport", .values = timed_transports}};
inline constexpr Label stage_labels[] = {{.name = "transport", .values = timed_transports},
                                         {.name = "stage", .values = delivery_stages}};
inline constexpr Label queue_label[] = {{.name = "queue", .values = queues}};
inline constexpr Label class_label[] = {{.name = "class", .values = learned_classes}};

inline constexpr Row mail_rows[] = {
    {"mailserver_smtp_connections_total", Kind::counter, "connections",
     "Connections to ports 25 (smtp), 587 (submission) and 465 (submissions), without our own probes.", service_label},
    {"mailserver_smtp_connections_lost_total", Kind::counter, "connections",
     "Those of them that broke off or timed out.", service_label},
    {"mailserver_smtp_tls_connections_total", Kind::counter, "connections",
     "Those of them that were encrypted, by version and cipher.", tls_labels},
    {"mailserver_smtp_auth_total", Kind::counter, "logins", "Logins for sending.", auth_labels},
    {"mailserver_smtp_rejects_total", Kind::counter, "refusals",
     "Recipients, senders and mails that were refused, for good or for now, on ports 25, 465 and 587.", reason_label},
    {"mailserver_smtp_client_name_errors_total", Kind::counter, "connections",
     "Connections from addresses whose name does not lead back to them."},
    {"mailserver_messages_received_total", Kind::counter, "mails", "Mails that came into the queue, by port.",
     service_label},
    {"mailserver_submissions_total", Kind::counter, "mails",
     "Mails users have submitted after a login; those beyond the limit of series together as user=(others).",
     submitter_label},
    {"mailserver_message_bytes_total", Kind::counter, "octets", "Size of the mails that came into the queue."},
    {"mailserver_outgoing_tls_connections_total", Kind::counter, "connections",
     "Encrypted connections to other servers.", out_tls_labels},
    {"mailserver_deliveries_total", Kind::counter, "recipients",
     "What became of recipients, at each try: lmtp is the delivery to our mailboxes, smtp that to other servers.",
     delivery_labels},
    {"mailserver_delivery_delay_seconds", Kind::histogram, "seconds",
     "From the arrival of a mail to its delivery, of deliveries that worked.", transport_label, delivery_buckets},
    {"mailserver_delivery_stage_seconds_total", Kind::counter, "seconds",
     "The same time by where it was spent; divided by mailserver_delivery_delay_seconds_count: the average.",
     stage_labels},
    {"mailserver_queue_messages", Kind::gauge, "mails", "Mails in the queue.", queue_label},
    {"mailserver_queue_bytes", Kind::gauge, "octets", "Their size.", queue_label},
    {"mailserver_queue_oldest_age_seconds", Kind::gauge, "seconds", "Age of the oldest of them; 0 without any.",
     queue_label},
    {"mailserver_outbound_stopped", Kind::gauge, "accounts", "Accounts stopped from sending to other servers."},
    {"mailserver_outbound_held_messages", Kind::gauge, "mails", "Mails of such accounts that wait for a decision."},
    {"mailserver_greylisted_total", Kind::counter, "mails", "Mails whose sender was asked to come again later."},
    {"mailserver_virus_found_total", Kind::counter, "mails", "Mails refused for a virus."},
    {"mailserver_virus_signatures_timestamp_seconds", Kind::gauge, "Unix time",
     "When the official signatures were made; absent without VIRUS_SCAN."},
    {"mailserver_spam_scan_seconds", Kind::histogram, "seconds", "Time the filter takes for a mail.", {}, scan_buckets},
    {"mailserver_spam_learned_total", Kind::counter, "mails", "Mails the filter has learned from since it began.",
     class_label},
};

}  // namespace metrics
