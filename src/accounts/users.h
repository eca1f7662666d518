#pragma once
/// What the operator does with users, each in one call: checked, committed to the store and in force when it returns.
/// The engines need not run. Sessions of a user whose login changed are ended through a function given at the start.
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/alias_book.h"
#include "accounts/inbox.h"
#include "accounts/site.h"
#include "accounts/store.h"
#include "accounts/workspace.h"
#include "base/clock.h"
#include "base/secret.h"

namespace accounts {

/// Refuses what no mail program can send or no line can hold: nothing at all, NUL, CR, LF, more than 1024 octets.
/// Every other octet is good.
base::Result<> check_password(const base::Secret& password);

/// A password hash of another server, `{SCHEME}value` as Dovecot writes it; the reason when it cannot be kept here.
base::Result<std::string> check_hash(std::string_view text);

/// Passwords shorter than this deserve a warning; they are taken, as the operator asked for it.
constexpr std::size_t short_password = 8;

/// Ends the open IMAP, POP3 and ManageSieve sessions of a user by `doveadm kick`; nothing happens when Dovecot does not
/// run.
void end_sessions(const base::EmailAddress& address);

class Users {
  public:
    using EndSessions = std::function<void(const base::EmailAddress&)>;

    /// All references must outlive the object.
    Users(Store& store, const Workspace& workspace, const Site& site, const base::Clock& clock,
          EndSessions end_sessions)
        : store_(store),
          workspace_(workspace),
          site_(site),
          clock_(clock),
          end_(std::move(end_sessions)),
          aliases_(store, workspace, site) {}

    struct Added {
        base::EmailAddress address;
        bool had_mail = false;  ///< a folder of this name was there already: the new user sees its mail
    };

    /// Makes a user. usage: no address, or a domain not served here; `exists`: there is one already.
    base::Result<Added> add(std::string_view address, const base::Secret& password);

    /// Makes a user from a password hash of another server, as check_hash() takes it. `{PLAIN}` is hashed here.
    base::Result<Added> add_with_hash(std::string_view address, std::string_view hash);

    /// Gives a user another password and ends the open sessions. not_found: no such user.
    base::Result<base::EmailAddress> set_password(std::string_view address, const base::Secret& password);

    struct Removed {
        base::EmailAddress address;
        bool purged = false;
        std::vector<std::string> lost_aliases;  ///< sources that led to this user, no longer in force
    };

    /// Removes exactly this user and ends the open sessions; with `purge` also the mail, even that of a user removed
    /// before. not_found: no such user.
    base::Result<Removed> remove(std::string_view address, bool purge);

    struct Renamed {
        base::EmailAddress from;
        base::EmailAddress to;
    };

    /// Gives a user another address: mail, Sieve scripts, password, aliases, grants and app passwords move along, open
    /// sessions end. With `keep_alias` the old address becomes an alias. usage, not_found, or `exists`: there is a user
    /// or mail of the new name.
    base::Result<Renamed> rename(std::string_view from, std::string_view to, bool keep_alias);

    /// Each answers with the address it changed; in force at once. not_found: no such user. A new quota ends the open
    /// sessions, which would keep the old one.
    base::Result<base::EmailAddress> set_quota(std::string_view address, std::optional<std::uint64_t> octets);
    /// A disabled user cannot log in nor send, by any password, and open sessions end; mail still arrives.
    base::Result<base::EmailAddress> set_disabled(std::string_view address, bool disabled);
    /// A send-only user's mail is refused with `text` (empty: the usual words), as is that of aliases to nobody else.
    base::Result<base::EmailAddress> set_send_only(std::string_view address, bool send_only, std::string_view text);

    /// Makes a password for one program or device, good for these protocols (empty: all). usage: no good name.
    base::Result<base::Secret> add_app_password(std::string_view address, std::string_view name,
                                                std::vector<std::string> protocols);
    /// Takes it away and ends the user's open sessions.
    base::Result<base::EmailAddress> remove_app_password(std::string_view address, std::string_view name);

    /// Lets a user send as an address of a served domain, or as `@domain`. usage: not served here.
    base::Result<Grant> add_grant(std::string_view address, std::string_view sender);
    base::Result<Grant> remove_grant(std::string_view address, std::string_view sender);

    /// Refuses mail from or to an address or a domain (with its subdomains). usage: it is neither.
    base::Result<Reject> add_reject(RejectKind kind, std::string_view pattern);
    base::Result<Reject> remove_reject(RejectKind kind, std::string_view pattern);

    /// Hashes a password anew that has just opened the account, if its hash is of another server: this is the one
    /// moment when it is known. Without success all stays as it is, which the log tells.
    void renew_hash(std::string_view address, const base::Secret& password);

    /// The user whose password this is; nothing for a wrong password, an unknown or a disabled user, which take the
    /// same time to find out. A hash of another server is replaced by one of ours.
    base::Result<std::optional<base::EmailAddress>> log_in(std::string_view address, const base::Secret& password);

    struct Listed {
        Account account;
        Inbox inbox;
        std::vector<std::string> faults;  ///< what the operator should look into; empty: all is well
        bool from_directory = false;      ///< the account is kept there, with no date
    };

    /// All users by address.
    base::Result<std::vector<Listed>> list();

    /// All users of the directory by address, without those of our own accounts.
    base::Result<std::vector<Listed>> list_directory();

    /// Folders in mail/inboxes that belong to none of `users`, which are sorted by address.
    std::vector<std::string> stray_homes(const std::vector<Listed>& users) const;

    struct Shown {
        Listed user;
        std::vector<std::string> aliases;  ///< that lead to the user directly
        std::vector<std::string> senders;  ///< addresses and @domains the user may send as
        std::vector<AppPassword> app_passwords;
    };

    /// Everything about one user, also of the directory. not_found: there is none.
    base::Result<Shown> show(std::string_view address);

    AliasBook& aliases() { return aliases_; }

  private:
    bool is_served(const base::Domain& domain) const;
    base::Result<Added> add_hashed(base::EmailAddress address, const std::string& hash);
    base::Result<base::EmailAddress> new_address(std::string_view address, std::string_view doing) const;
    base::Result<base::EmailAddress> known(std::string_view address, std::string_view doing);
    /// The same for what users of the directory can have, too.
    base::Result<base::EmailAddress> known_anywhere(std::string_view address, std::string_view doing);
    /// Nothing when it is none.
    base::Result<std::optional<directory::Person>> directory_user(const base::EmailAddress& address) const;
    std::unexpected<base::Error> unknown(const base::EmailAddress& address) const;
    Listed inspect(Account account) const;
    Listed inspect(const directory::Person& person) const;
    base::Result<std::optional<base::EmailAddress>> log_in_directory_user(const directory::Person& person,
                                                                          const base::Secret& password);
    base::Result<Shown> show_directory_user(const base::EmailAddress& address);

    Store& store_;
    const Workspace& workspace_;
    const Site& site_;
    const base::Clock& clock_;
    EndSessions end_;
    AliasBook aliases_;
};

}  // namespace accounts
