#pragma once
/// A session with somebody else's IMAP server, for a few questions, around libcurl. TLS with a valid certificate
/// always, from the first octet on port 993, by STARTTLS on others; without it no password leaves.
#include <chrono>
#include <expected>
#include <memory>
#include <stop_token>
#include <string>

#include "base/secret.h"

namespace net {

struct ImapServer {
    std::string host;
    unsigned port = 993;
    std::string user;
    base::Secret password;
    std::chrono::seconds timeout{30};  ///< of each question
    std::stop_token stop;              ///< ends a question within a second
};

enum class ImapFailure { unknown_host, unreachable, untrusted, refused_login, stopped, other };

struct ImapError {
    ImapFailure failure = ImapFailure::other;
    std::string said;  ///< the server's words, or the network's; one printable line
};

class ImapSession {
  public:
    /// Connects with the first question.
    explicit ImapSession(const ImapServer& server);
    ImapSession(ImapSession&&) noexcept;
    ~ImapSession();

    /// The untagged answers to a command (without a tag, without control characters), as LIST or STATUS; at most 8 MB.
    std::expected<std::string, ImapError> ask(const std::string& command);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace net
