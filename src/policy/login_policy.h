#pragma once
/// The one place that decides about logins, of mail programs for reading as for sending. Dovecot, the judge of
/// passwords for IMAP, POP3, ManageSieve and, through Postfix, SMTP, asks here before (`allow`) and tells what came of
/// it (`report`); the words are those of its auth policy protocol. Values in, values out: no clock, no file, no
/// network.
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "logins/login.h"

namespace policy {

/// Somebody who wants in.
struct Attempt {
    std::string login;     ///< as normalised by Dovecot: lower case; what a stranger sent, so anything
    std::string protocol;  ///< "imap", "pop3", "sieve" or "smtp"
    std::string client;    ///< numeric address of the mail program; empty when unknown
    bool operator==(const Attempt&) const = default;
};

/// What came of it.
struct Outcome {
    Attempt attempt;
    bool accepted = false;
    std::string app_password;  ///< name of the app password that opened; empty: the account's own, or none
    bool operator==(const Outcome&) const = default;
};

struct Verdict {
    bool allowed = true;
    std::string reason;  ///< for the log, when not allowed
};

/// The bodies of Dovecot's questions and reports (JSON). Unknown members are skipped; an error when it is no JSON
/// object with a login.
base::Result<Attempt> parse_attempt(std::string_view json);
base::Result<Outcome> parse_outcome(std::string_view json);

/// The body of the answer to a question.
std::string to_json(const Verdict& verdict);

class LoginPolicy {
  public:
    /// Whether this password may be tried at all. Everybody may try.
    Verdict decide(const Attempt& attempt, base::SystemTime now) const;

    /// Learns what came of an attempt; the login to remember, when it was one by a mail program.
    std::optional<logins::Login> learn(const Outcome& outcome, base::SystemTime now) const;
};

}  // namespace policy
