#pragma once
/// A look at a mail server's port 25: whether it answers, and which certificate it shows after STARTTLS. Nothing is
/// verified here; judging the certificate is the caller's matter.
#include <chrono>
#include <expected>
#include <string>

#include "base/ip.h"

namespace net {

struct MailProbe {
    base::IpAddress address;
    std::string greeting;  ///< the name we give in EHLO
    bool starttls = true;  ///< false: a plain session is enough
    int port = 25;
    std::chrono::milliseconds timeout{5'000};
};

enum class ProbeFailure {
    unreachable,  ///< no connection
    no_tls,       ///< STARTTLS is not offered, or its handshake fails
    other,        ///< a connection, but no mail server that talks to us
};

struct ProbeError {
    ProbeFailure failure = ProbeFailure::other;
    std::string text;  ///< fit for a person
};

/// The certificates shown, the server's own first, as PEM; empty without `starttls`. Safe from any thread.
std::expected<std::string, ProbeError> probe_mail_server(const MailProbe& probe);

}  // namespace net
