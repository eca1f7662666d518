#pragma once
/// The bans, in a SQLite file of their own, shared by the running server and the commands: what one writes counts for
/// the other at its next look.
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"
#include "db/database.h"
#include "logins/ban.h"

namespace logins {

/// An open file; one object belongs to one thread at a time, any number of processes may have it open.
class BanStore {
  public:
    /// Opens the file or makes an empty one, for root only; its folder must exist.
    static base::Result<BanStore> open(const std::filesystem::path& file);

    /// The same for the server's start: a damaged file is put aside (`<file>.damaged`) and a new one begun.
    static base::Result<BanStore> open_or_renew(const std::filesystem::path& file);

    /// All in force, the oldest first.
    base::Result<std::vector<Ban>> all(base::SystemTime now);

    /// Adds a ban, in the place of an automatic one of the same subject; those that are over go. `exists` when there is
    /// one by hand: an automatic one never takes its place.
    base::Result<> add(const Ban& ban, base::SystemTime now);

    /// Lifts this ban; false when there is none of its subject and kind.
    base::Result<bool> remove(const Ban& ban);

    /// Lifts all bans of a network, by hand and automatic, and of accounts from it; all of an account. The number.
    base::Result<std::int64_t> remove_network(const base::IpNetwork& network);
    base::Result<std::int64_t> remove_account(const std::string& account);

    /// Changes when another object changed the file.
    base::Result<std::int64_t> version();

  private:
    explicit BanStore(db::Database database) : database_(std::move(database)) {}
    db::Database database_;
};

/// Lifts the bans of an account that got a new password, or goes, so that its owner need not wait. What cannot be done
/// is only logged: the ban ends by itself.
void lift_bans_of(const std::string& account, const std::filesystem::path& file);

}  // namespace logins
