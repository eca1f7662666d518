#pragma once
/// What the operator does with users, each in one call: checked, committed to the store and in force when it returns.
/// The engines need not run. Sessions of a user whose login changed are ended through a function given at the start.
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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
        : store_(store), workspace_(workspace), site_(site), clock_(clock), end_(std::move(end_sessions)) {}

    struct Added {
        base::EmailAddress address;
        bool had_mail = false;  ///< a folder of this name was there already: the new user sees its mail
    };

    /// Makes a user. usage: no address, or a domain not served here; `exists`: there is one already.
    base::Result<Added> add(std::string_view address, const base::Secret& password);

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

    struct Listed {
        std::string address;
        Inbox inbox;
        std::vector<std::string> faults;  ///< what the operator should look into; empty: all is well
    };

    base::Result<std::vector<Listed>> list();

    /// Folders in mail/inboxes that belong to none of `users`.
    std::vector<std::string> stray_homes(const std::vector<Listed>& users) const;

    /// Puts the aliases file in force; all of it or, when anything is wrong with it, nothing. Returns their number.
    base::Result<std::size_t> update_aliases();

  private:
    bool is_served(const base::Domain& domain) const;

    Store& store_;
    const Workspace& workspace_;
    const Site& site_;
    const base::Clock& clock_;
    EndSessions end_;
};

/// Makes an aliases file with instructions in it when there is none.
base::Result<> ensure_aliases_file(const Workspace& workspace);

}  // namespace accounts
