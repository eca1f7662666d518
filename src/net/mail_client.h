#pragma once
/// A mail client of a few lines, around libcurl: hands a message in and reads one back. For the demo and for probes;
/// connections of users verify the server's certificate and name.
#include <chrono>
#include <string>

#include "base/error.h"
#include "base/secret.h"

namespace net {

/// A server to talk to, and as whom.
struct MailServer {
    std::string hostname;  ///< the name its certificate must have
    std::string address;   ///< where to connect, numeric; DNS is not asked
    std::string ca_file;   ///< PEM with the certificate(s) to trust
    std::string user;
    base::Secret password;
    std::chrono::seconds timeout{20};
};

/// Submits `message` (RFC 5322, CRLF line ends) from `sender` to `recipient` over SMTP with implicit TLS
/// (RFC 8314 §3.3). The server's refusal is the error's text.
base::Result<> submit(const MailServer& server, const std::string& sender, const std::string& recipient,
                      const std::string& message);

/// Hands in `message` as another server would: without a login, a sender (RFC 5321 §4.5.5) and TLS.
base::Result<> hand_in(const MailServer& server, int port, const std::string& recipient, const std::string& message);

/// The whole text of the message in INBOX whose Message-ID is `message_id` (without brackets); not_found while there
/// is none.
base::Result<std::string> fetch_by_message_id(const MailServer& server, const std::string& message_id);

}  // namespace net
