#pragma once
/// What stands between mbsync and our Dovecot unless deletions are to be passed on: the flag \Deleted does not exist.
/// Without this a mail that is only marked here would be marked at the provider, where some servers remove it at once,
/// and the other way round.
#include <cstdint>
#include <string>
#include <string_view>

namespace imapsync {

/// Reads what an IMAP server says, in pieces of any size. Mail itself (literals) passes untouched.
class HideDeleted {
  public:
    /// What can be passed on by now.
    std::string feed(std::string_view piece);
    /// The rest, after the last piece.
    std::string finish();

  private:
    std::string line_;           ///< the beginning of a line that has not ended
    std::uint64_t literal_ = 0;  ///< octets of a literal still to come
};

}  // namespace imapsync
