#pragma once
/// Where the engines meet: the sockets one of them makes and another one calls. Each engine's own folder in
/// Paths::run belongs to the user it runs as; sockets made by a root process stand in Paths::run itself.
#include <string>

#include "engines/engine.h"

namespace engines {

/// Valkey makes its socket as an unprivileged user, hence in a folder of its own.
inline std::string valkey_socket(const Paths& paths) {
    return paths.run + "/valkey/valkey.sock";
}
inline std::string milter_socket(const Paths& paths) {
    return paths.run + "/rspamd-milter.sock";
}
inline std::string rspamd_controller_socket(const Paths& paths) {
    return paths.run + "/rspamd-controller.sock";
}
/// clamd is unprivileged as well.
inline std::string clamd_socket(const Paths& paths) {
    return paths.run + "/clamav/clamd.sock";
}
/// Postfix asks Dovecot here who a user is …
inline std::string auth_socket(const Paths& paths) {
    return paths.run + "/dovecot-auth.sock";
}
/// … whether there is room in a mailbox …
inline std::string quota_socket(const Paths& paths) {
    return paths.run + "/dovecot-quota.sock";
}
/// … and hands mail over here.
inline std::string lmtp_socket(const Paths& paths) {
    return paths.run + "/dovecot-lmtp.sock";
}

/// Postfix asks the supervisor here with which TLS policy to send to a domain.
inline std::string tls_policy_socket(const Paths& paths) {
    return paths.run + "/tls-policy.sock";
}

/// … and tells it here how TLS went (datagrams of libtlsrpt).
inline std::string tls_events_socket(const Paths& paths) {
    return paths.run + "/tls-events.sock";
}

/// Postfix asks the supervisor here for users of the directory; through proxymap, so it is root's alone.
inline std::string directory_socket(const Paths& paths) {
    return paths.run + "/directory.sock";
}

/// PostSRSd turns a sender into an address of ours here …
inline constexpr int srs_forward_port = 10001;
/// … and such an address back into the sender here; both on 127.0.0.1, in Postfix's tcp_table protocol.
inline constexpr int srs_reverse_port = 10002;
/// Postfix's services behind a port for proxies: "proxy-smtp", "proxy-submission", "proxy-submissions".
inline std::string postfix_service_socket(const Paths& paths, const std::string& service) {
    return paths.postfix_queue() + "/public/" + service;
}
/// Where Dovecot tells its figures, on 127.0.0.1.
inline constexpr int dovecot_metrics_port = 9900;
/// Where forwarded mail comes in for its second pass …
inline constexpr int second_pass_port = 10003;
/// … and mail that Dovecot sends for a user's Sieve script; both on 127.0.0.1.
inline constexpr int inner_mail_port = 10004;

}  // namespace engines
