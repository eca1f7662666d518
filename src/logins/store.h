#pragma once
/// The last login of every account and the last use of every app password, in a SQLite file of their own: what is here
/// may be lost without harm, and writing it never holds up those who read the accounts.
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "db/database.h"
#include "logins/login.h"

namespace logins {

/// An open file; one object belongs to one thread, any number of processes may have it open. Accounts and app
/// passwords are known by name only: who removes or renames one says so here.
class Store {
  public:
    /// Opens the file or makes an empty one, for root only; its folder must exist.
    static base::Result<Store> open(const std::filesystem::path& file);

    /// The same for the server's start: a damaged file is put aside (`<file>.damaged`) and a new one begun.
    static base::Result<Store> open_or_renew(const std::filesystem::path& file);

    /// Keeps these as the last ones, but for those that are older than what is known; all or none.
    base::Result<> keep(std::span<const Login> logins);

    /// Account → last login, with whatever password; accounts that never logged in are missing.
    base::Result<std::map<std::string, Visit>> last_logins();

    /// Nothing when the account never logged in.
    base::Result<std::optional<Visit>> last_login(const std::string& account);

    /// Name → last use of the account's app passwords; those never used are missing.
    base::Result<std::map<std::string, Visit>> app_password_uses(const std::string& account);

    /// The networks accounts logged in from since then, the oldest first; older ones are forgotten.
    base::Result<std::vector<Place>> places_since(base::SystemTime oldest);

    /// What is known of one account is from now on known of another; what was known of that one is forgotten.
    base::Result<> rename(const std::string& from, const std::string& to);

    /// To be called when an account goes, so that a later one of that name begins anew.
    base::Result<> forget(const std::string& account);

    /// To be called when an app password goes.
    base::Result<> forget_app_password(const std::string& account, const std::string& name);

  private:
    explicit Store(db::Database database) : database_(std::move(database)) {}

    db::Database database_;
};

}  // namespace logins
