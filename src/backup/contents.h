#pragma once
/// What of the workspace belongs to a backup, and how it gets there. Pure.
///
/// Left out is what comes back by itself: indexes and caches, sockets, locks, mail that is just being written, the
/// virus signatures of the ClamAV project, what the monitoring and `trace` have collected.
#include <string>
#include <string_view>
#include <vector>

namespace backup {

enum class Taking {
    leave,     ///< it stays out
    enter,     ///< a folder: what is in it is looked at
    link,      ///< as it is; who changes such a file replaces it, or adds to its end
    database,  ///< SQLite: a copy of one moment
    apart      ///< mail and queue, in their own order (snapshot.h)
};

/// Paths are relative to the workspace: "etc/postfix/valias".
class Contents {
  public:
    /// `left_out`: further folders that stay out, such as that of the indexes.
    explicit Contents(std::vector<std::string> left_out) : left_out_(std::move(left_out)) {}

    /// For everything but mail and queue.
    Taking of(std::string_view path, bool is_folder) const;

  private:
    std::vector<std::string> left_out_;
};

/// Whether something in a user's home, with this name in this folder of it ("Maildir/cur"), is taken.
bool is_kept_of_home(std::string_view folder, std::string_view name, bool is_folder);

/// Whether a folder of a home holds messages: "Maildir/cur", "Maildir/.Sent/new".
bool holds_messages(std::string_view folder);

/// The folders of Postfix' queue with mail, in the order mail moves through them; those with what it notes about mail.
inline constexpr std::string_view queue_folders[] = {"maildrop", "incoming", "active", "deferred", "hold"};
inline constexpr std::string_view note_folders[] = {"bounce", "defer", "trace"};

}  // namespace backup
