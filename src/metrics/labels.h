#pragma once
/// The labels figures have in common.
#include <string_view>

#include "metrics/row.h"

namespace metrics {

using Words = std::string_view;

inline constexpr Words smtp_services[] = {"smtp", "submission", "submissions"};
inline constexpr Words auth_results[] = {"success", "failure"};
inline constexpr Words tls_versions[] = {"TLSv1.2", "TLSv1.3", "other"};
inline constexpr Words reject_reasons[] = {"unknown_user", "relay_denied", "bad_sender", "spam",   "virus", "policy",
                                           "protocol",     "quota",        "tls",        "banned", "other"};
inline constexpr Words transports[] = {"lmtp", "smtp", "error", "other"};
inline constexpr Words delivery_states[] = {"sent", "deferred", "bounced", "expired"};
inline constexpr Words timed_transports[] = {"lmtp", "smtp"};
inline constexpr Words delivery_stages[] = {"before_queue", "queue", "connection", "transmission"};
inline constexpr Words queues[] = {"maildrop", "incoming", "active", "deferred", "hold", "corrupt"};
inline constexpr Words levels[] = {"warning", "error"};
inline constexpr Words login_protocols[] = {"imap", "pop3", "sieve", "smtp", "web"};
inline constexpr Words learned_classes[] = {"spam", "ham"};
inline constexpr Words cpu_modes[] = {"user", "system"};
inline constexpr Words directions[] = {"receive", "transmit"};
inline constexpr Words families[] = {"ipv4", "ipv6"};

inline constexpr Label engine{.name = "engine", .bound = "the services of the server, and `mailserver`: at most 8"};
inline constexpr Label domain{.name = "domain", .bound = "DOMAIN and ADDITIONAL_DOMAINS"};
inline constexpr Label user{.name = "user", .bound = "METRICS_PER_USER_LIMIT"};
inline constexpr Label check{.name = "check", .bound = "the ports that are open: at most 10"};

}  // namespace metrics
