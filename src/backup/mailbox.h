#pragma once
/// One mailbox of a backup beside the live one: which folder of the disk a folder is, which messages are missing, and
/// what a whole restore does to the mailboxes' lists.
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "settings/settings.h"

namespace backup {

/// The paths below a home that hold a folder's messages, such as {"Maildir/.Sent"}; those of INBOX are two, as all
/// other folders lie in its own. usage: the name is none a folder can have.
base::Result<std::vector<std::string>> folder_paths(std::string_view name, const settings::Mailboxes& mailboxes);

/// A folder's name as IMAP writes it in ASCII (RFC 3501 §5.1.3).
std::string modified_utf7(std::string_view name);

struct Missing {
    std::uint64_t found = 0;    ///< messages in the backup
    std::uint64_t present = 0;  ///< of which the live mailbox has so many, in whichever folder
};

/// Removes from a restored Maildir the messages that the live home has: by their name, which they keep for life in a
/// folder, or by their content. What is left is missing there.
base::Result<Missing> keep_missing(const std::filesystem::path& restored, const std::filesystem::path& live);

/// A mailbox's list (dovecot-uidlist) with the next number far above all that were given. Mail that arrived after the
/// backup had numbers, too, which programs remember: no other message may get them (RFC 3501 §2.3.1.1). Nothing when it
/// is no such list.
std::string with_later_uids(std::string_view uidlist);

}  // namespace backup
