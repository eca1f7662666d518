#pragma once
/// A login that was accepted.
#include <string>

#include "base/clock.h"
#include "base/ip.h"

namespace logins {

/// When, how and from where somebody came in.
struct Visit {
    base::SystemTime time;
    std::string protocol;  ///< "imap", "pop3", "sieve" or "smtp"
    std::string client;    ///< numeric network address of the mail program; empty when unknown
    bool operator==(const Visit&) const = default;
};

struct Login {
    std::string account;       ///< its address, in lower case
    std::string app_password;  ///< the name of the one that was used; empty: the account's own password
    Visit visit;
    bool operator==(const Login&) const = default;
};

/// A network (base::IpNetwork::of_one_client) that an account logged in from, and when it did last.
struct Place {
    std::string account;
    base::IpNetwork network;
    base::SystemTime time;
    bool operator==(const Place&) const = default;
};

}  // namespace logins
