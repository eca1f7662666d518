#pragma once
/// What Dovecot and Rspamd tell of themselves and we pass on, as far as dashboards use it; for the reference.
#include "metrics/labels.h"

namespace metrics {

inline constexpr Label login_user_labels[] = {user, {.name = "protocol", .bound = "imap, pop3, sieve, smtp"}};
inline constexpr Label login_protocol_only[] = {{.name = "protocol", .bound = "imap, pop3, sieve, smtp"}};
inline constexpr Label reason_only[] = {{.name = "reason", .bound = "about 10 words of Dovecot's"}};
inline constexpr Label command_labels[] = {{.name = "cmd_name", .bound = "the commands of IMAP, and `unknown`"},
                                           {.name = "tagged_reply_state", .bound = "OK, NO, BAD"}};
inline constexpr Label session_service[] = {{.name = "service", .bound = "imap, lmtp and the like"}};
inline constexpr Label sieve_labels[] = {{.name = "action_name", .bound = "the actions of Sieve"}};
inline constexpr Label action_label[] = {
    {.name = "type", .bound = "no action, soft reject, greylist, add header, reject and the like: 8"}};

/// At /metrics/dovecot. They begin anew when Dovecot reads its configuration again.
inline constexpr Row dovecot_rows[] = {
    {"dovecot_auth_success_total", Kind::counter, "logins",
     "Logins that worked; with protocol they are a part of those without.", login_user_labels},
    {"dovecot_auth_success_count", Kind::counter, "logins", "The same of all users."},
    {"dovecot_auth_failures_total", Kind::counter, "logins", "Logins that failed.", login_protocol_only},
    {"dovecot_auth_failures_count", Kind::counter, "logins", "The same of all protocols."},
    {"dovecot_login_aborted_total", Kind::counter, "connections", "Connections that ended before a login.",
     reason_only},
    {"dovecot_login_aborted_count", Kind::counter, "connections", "The same for all reasons."},
    {"dovecot_imap_command_total", Kind::counter, "commands",
     "IMAP commands; with tagged_reply_state they are a part of those without.", command_labels},
    {"dovecot_imap_command_count", Kind::counter, "commands", "All IMAP commands."},
    {"dovecot_imap_command_net_in_bytes_sum", Kind::counter, "octets", "What clients sent in them."},
    {"dovecot_imap_command_net_out_bytes_sum", Kind::counter, "octets", "What was answered."},
    {"dovecot_imap_command_duration", Kind::histogram, "seconds", "Time of IMAP commands."},
    {"dovecot_mail_delivery_total", Kind::counter, "mails", "Deliveries into mailboxes, and tries."},
    {"dovecot_mail_user_sessions_total", Kind::counter, "sessions", "Sessions that ended.", session_service},
    {"dovecot_sieve_action_total", Kind::counter, "actions", "What Sieve scripts did.", sieve_labels},
};

/// At /metrics/rspamd.
inline constexpr Row rspamd_rows[] = {
    {"rspamd_scanned_total", Kind::counter, "mails", "Mails the filter has judged."},
    {"rspamd_spam_total", Kind::counter, "mails", "Those it called spam."},
    {"rspamd_ham_total", Kind::counter, "mails", "The others."},
    {"rspamd_learned_total", Kind::counter, "mails", "Mails it learned from since it was started."},
    {"rspamd_actions_total", Kind::counter, "mails", "What it did.", action_label},
};

}  // namespace metrics
