#pragma once
/// What the account page wants to know and to do, as an interface: who keeps the accounts, and where, is not its
/// matter.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/address.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/secret.h"

namespace web {

/// A password for one mail program.
struct AppPassword {
    std::string name;
    std::vector<std::string> protocols;  ///< of "imap", "pop3", "smtp", "sieve"
    base::SystemTime created;
    std::optional<base::SystemTime> last_used;  ///< nothing: not used yet, or nobody knows
};

/// What an account's owner sees.
struct AccountView {
    std::uint64_t used = 0;   ///< octets
    std::uint64_t quota = 0;  ///< octets; 0: no limit
    std::vector<AppPassword> app_passwords;
    bool takes_mail = true;
    bool has_own_password = true;      ///< false: it is kept elsewhere, and so are no app passwords
    std::vector<std::string> aliases;  ///< other addresses whose mail arrives here
    std::vector<std::string> senders;  ///< all addresses, and domains ("@example.org"), it may send as
};

/// Called on several threads at once. The text of an error of kind usage is about what the user entered, and is shown;
/// exists and not_found mean a name; every other error is the server's trouble, and is logged.
struct AccountDirectory {
    virtual ~AccountDirectory() = default;
    /// Whether this is the password of an account that may log in, from that numeric network address. It takes as long
    /// where there is no such account.
    virtual base::Result<bool> is_login(const base::EmailAddress& address, const base::Secret& password,
                                        const std::string& client) = 0;
    /// A text that changes with the password and tells nothing about it; nothing when there is no account that may log
    /// in.
    virtual base::Result<std::optional<std::string>> credential(const base::EmailAddress& address) = 0;
    virtual base::Result<AccountView> show(const base::EmailAddress& address) = 0;
    /// Replaces the password, and ends the open sessions of mail programs.
    virtual base::Result<> set_password(const base::EmailAddress& address, const base::Secret& password) = 0;
    /// Makes up a password for one program.
    virtual base::Result<base::Secret> add_app_password(const base::EmailAddress& address, const std::string& name,
                                                        const std::vector<std::string>& protocols) = 0;
    /// Takes it away, and ends the sessions that were opened with it.
    virtual base::Result<> revoke_app_password(const base::EmailAddress& address, const std::string& name) = 0;
};

}  // namespace web
