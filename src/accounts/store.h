#pragma once
/// Accounts and aliases in one SQLite file that Postfix and Dovecot read directly: what is committed here is in force,
/// nothing needs to be told or reloaded. The engines read only the four views, which are the contract with them:
///
///   lookup_mailbox(address)           every account
///   lookup_alias(source, target)      every alias, and each account to itself, so that a catch-all never takes an
///                                     account's mail and a forward keeps the local copy
///   lookup_sender(address, login)     who may send as an address: each account as itself and as every alias that
///                                     leads to it alone
///   lookup_password(address, password)  the hash, in a form Dovecot verifies
///
/// Addresses are lower case. Knows no files but its own and no passwords, only hashes.
#include <filesystem>
#include <functional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "accounts/alias.h"
#include "accounts/site.h"
#include "base/address.h"
#include "base/clock.h"
#include "base/error.h"
#include "db/database.h"

namespace accounts {

struct Account {
    std::string address;
    base::SystemTime created;
};

/// An open accounts file; one object belongs to one thread. Errors are transient while another process writes.
class Store {
  public:
    /// Opens the accounts of a server that was started before; not_running when there are none yet.
    static base::Result<Store> open(const std::filesystem::path& file);

    /// Makes an empty accounts file, whole or not at all; opens the one that is there already.
    static base::Result<Store> create(const std::filesystem::path& file);

    /// Adds an account, in force at once; `exists` when there is one of that name.
    base::Result<> add(const base::EmailAddress& address, const std::string& hash, base::SystemTime now);

    /// Replaces the password's hash; not_found when there is no such account.
    base::Result<> set_password(const base::EmailAddress& address, const std::string& hash, base::SystemTime now);

    /// Removes exactly this account and the aliases that led to it; their sources are the answer. not_found when there
    /// is no such account.
    base::Result<std::vector<std::string>> remove(const base::EmailAddress& address);

    base::Result<bool> has(const base::EmailAddress& address);
    base::Result<std::vector<Account>> list();
    base::Result<std::set<std::string>> addresses();

    /// Puts what `make` gives for the present accounts in place of the aliases of the file, all or nothing. Returns
    /// their number.
    base::Result<std::size_t> replace_aliases(
        const std::function<base::Result<std::vector<Alias>>(const std::set<std::string>&)>& make);

    /// Remembers the served domains and who the administrator is, from which postmaster@ and abuse@ of every domain and
    /// of HOSTNAME follow (RFC 5321 §4.5.1, RFC 2142 §4). To be called at each start.
    base::Result<> apply(const Site& site);

    /// True when the last account was removed on purpose: then an empty store is no sign of damage.
    base::Result<bool> emptied_on_purpose();

    /// A whole copy in a new file.
    base::Result<> copy_to(const std::filesystem::path& file) { return database_.copy_to(file); }

  private:
    explicit Store(db::Database database) : database_(std::move(database)) {}
    base::Result<> rebuild_system_aliases();

    db::Database database_;
};

}  // namespace accounts
