#pragma once
/// The mails of a folder on disk, one after the other: a Maildir, an mbox file, or an mbox on stdin. Reads only. What
/// is in users' mailboxes belongs to the mail user: no symbolic link is followed there, and only regular files count.
#include <filesystem>
#include <functional>
#include <string_view>

#include "base/error.h"

namespace spam {

/// Takes one mail (empty: longer than largest_mail) and how much of the folder is done with it, in percent; -1 when
/// nobody can tell. An error ends the reading.
using TakeMail = std::function<base::Result<>(std::string_view mail, int percent)>;

/// Every mail of a Maildir (a folder with `cur` and `new`) or an mbox file; not_found when there is none, an error when
/// it is neither. A mail that disappears meanwhile is left out.
base::Result<> for_each_mail(const std::filesystem::path& folder, const TakeMail& take);

/// Every mail of an mbox that comes through an open file.
base::Result<> for_each_mail_of_mbox(int descriptor, const TakeMail& take);

}  // namespace spam
