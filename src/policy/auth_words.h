#pragma once
/// The words of Dovecot's auth policy protocol (JSON over HTTP): the judge of passwords for IMAP, POP3, ManageSieve
/// and, through Postfix, SMTP asks before a login (`allow`) and tells what came of it (`report`).
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/secret.h"

namespace policy {

/// Somebody who wants in.
struct Attempt {
    std::string login;           ///< as normalised by Dovecot: lower case; what a stranger sent, so anything
    std::string protocol;        ///< "imap", "pop3", "sieve" or "smtp"
    std::string client;          ///< numeric address of the mail program; empty when unknown
    std::uint64_t password = 0;  ///< stands for login and password; salted, the salt is new at each start
    bool in_clear = false;       ///< the password came without TLS
    bool operator==(const Attempt&) const = default;
};

/// What came of it.
struct Outcome {
    Attempt attempt;
    bool accepted = false;
    bool judged = true;        ///< false: nobody looked at the password, because we refused it or something broke
    std::string app_password;  ///< name of the app password that opened; empty: the account's own, or none
    base::Secret to_hash;      ///< the account's own password, when its hash is of another server; else empty
    bool operator==(const Outcome&) const = default;
};

/// What is answered. The client is told no reason: a refused login looks like one with a wrong password.
struct Verdict {
    bool allowed = true;
    std::chrono::seconds delay{0};  ///< before the password is looked at
    bool operator==(const Verdict&) const = default;
};

/// The bodies of Dovecot's questions and reports. Unknown members are skipped; an error when it is no JSON object with
/// a login.
base::Result<Attempt> parse_attempt(std::string_view json);
base::Result<Outcome> parse_outcome(std::string_view json);

/// The first 64 bits of hexadecimal digits: how a password's hash (SHA-256 over nonce, login, NUL and password) is
/// kept. 0 for none.
std::uint64_t first_bits(std::string_view digits);

/// The body of the answer to a question.
std::string to_json(const Verdict& verdict);

}  // namespace policy
