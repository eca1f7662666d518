#pragma once
/// How much mail there is, by the names of the files in the mailboxes: no mail is opened, and Dovecot is not asked.
#include <cstdint>
#include <map>
#include <string>

#include "accounts/folder.h"
#include "accounts/workspace.h"
#include "base/address.h"

namespace accounts {

struct MailboxSize {
    std::uint64_t messages = 0;
    std::uint64_t octets = 0;  ///< of all messages; by the `,S=` of Maildir names where they have it
    std::uint64_t unseen = 0;  ///< in INBOX
    bool operator==(const MailboxSize&) const = default;
};

/// Adds up the messages of a Maildir and of the folders in it, whichever layout they have.
MailboxSize measure(const Folder& maildir);

/// The same again and again, for many: the names in a mailbox are only read when its folders have changed since. One
/// object belongs to one thread.
class MailboxSizes {
  public:
    explicit MailboxSizes(Workspace workspace) : workspace_(std::move(workspace)) {}

    /// Nothing at all for who has no mailbox yet.
    MailboxSize of(const base::EmailAddress& address);
    /// Forgets those that were not asked for since the last call.
    void forget_others();

  private:
    struct Known {
        std::uint64_t state = 0;  ///< of its folders; 0: may have changed since
        MailboxSize size;
        bool asked = true;
    };

    Workspace workspace_;
    std::map<std::string, Known> known_;  // by address
};

}  // namespace accounts
