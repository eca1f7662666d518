#pragma once
/// The folder of a user in mail/inboxes, from outside: making it, measuring it, taking it away. Everything below
/// mail/inboxes belongs to the mail user, so nothing there is followed when it is a symbolic link, and every step goes
/// by an open folder, never by a path that could be exchanged meanwhile.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "accounts/workspace.h"
#include "base/address.h"
#include "base/error.h"

namespace accounts {

/// Makes the home of a user, mode 0700, owned by the mail user; one that is there already stays as it is. True when
/// it was there.
base::Result<bool> make_home(const Workspace& workspace, const base::EmailAddress& address);

/// Removes the home with all mail, and its indexes when they are elsewhere: first renamed aside, so that it is gone at
/// once whatever happens then. False when there was none. Also removes what an interrupted purge of the same domain
/// left.
base::Result<bool> purge_home(const Workspace& workspace, const base::EmailAddress& address);

/// Gives a user's home to another address in one step; nothing to do when there is none. `exists` when there is a home
/// with something in it already.
base::Result<> move_home(const Workspace& workspace, const base::EmailAddress& from, const base::EmailAddress& to);

/// Brings what was delivered into a home after it had been moved to the new one, as new mail.
void collect_late_mail(const Workspace& workspace, const base::EmailAddress& from, const base::EmailAddress& to);

/// Removes Dovecot's lock files (dotlocks) older than `before` from all mailboxes; their number. To be called when no
/// Dovecot of before is left: after a crash a lock names a process that is somebody else's number by now, and the first
/// to need it would wait for two minutes.
std::size_t remove_stale_locks(const Workspace& workspace, std::chrono::system_clock::time_point before);

/// What is on disk for one user.
struct Inbox {
    bool exists = false;
    bool has_mail = false;
    std::uint64_t messages = 0;
    std::uint64_t octets = 0;  ///< of all messages; by the `,S=` of Maildir names where they have it
    std::string fault;         ///< why mail cannot be stored here; empty: nothing is wrong
};

Inbox inspect_home(const Workspace& workspace, const base::EmailAddress& address);

/// The addresses of all homes there are, of users or not, sorted.
std::vector<std::string> all_homes(const Workspace& workspace);

}  // namespace accounts
