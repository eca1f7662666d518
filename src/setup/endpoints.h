#pragma once
/// Where mail programs connect: the one list behind every page, file and record that tells them.
#include <vector>

namespace setup {

enum class Protocol { imap, pop3, smtp, sieve };
enum class Security { tls, starttls };  ///< TLS from the first octet (RFC 8314 §3), or asked for

struct Endpoint {
    Protocol protocol;
    int port;
    Security security;
    bool operator==(const Endpoint&) const = default;
};

/// The ports for mail programs, the better one of each protocol first. All are on HOSTNAME.
std::vector<Endpoint> endpoints(bool pop3, bool managesieve);

}  // namespace setup
