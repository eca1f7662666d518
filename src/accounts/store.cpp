#include "accounts/store.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <format>
#include <limits>

#include "accounts/schema.h"
#include "sys/files.h"

namespace accounts {
namespace {

std::int64_t seconds(base::SystemTime time) {
    return time.time_since_epoch().count();
}

constexpr std::string_view select_account =
    "SELECT address, created, COALESCE(quota, -1), disabled, send_only, reject_text FROM accounts";

Account account_of(const db::Row& row) {
    Account account{.address = row.text(0),
                    .created = base::SystemTime(std::chrono::seconds(row.integer(1))),
                    .quota = {},
                    .disabled = row.integer(3) != 0,
                    .send_only = row.integer(4) != 0,
                    .reject_text = row.text(5)};
    if (row.integer(2) >= 0) account.quota = static_cast<std::uint64_t>(row.integer(2));
    return account;
}

std::unexpected<base::Error> unknown(const base::EmailAddress& address) {
    return base::fail(std::format("User '{}' does not exist.", address.str()), "./user.sh list shows all users.",
                      base::ErrorKind::not_found);
}

}  // namespace

base::Result<Store> Store::open(const std::filesystem::path& file) {
    auto database = db::Database::open(file, db::Database::Mode::existing);
    if (!database && database.error().kind == base::ErrorKind::not_found)
        return base::fail(std::format("cannot open the accounts: there is no {} yet", file.string()),
                          "Start the server once with ./start_mailserver.sh, which makes it.",
                          base::ErrorKind::not_running);
    if (!database) return std::unexpected(database.error());
    if (auto current = database->migrate(schema()); !current) return std::unexpected(current.error());
    return Store(std::move(*database));
}

base::Result<Store> Store::create(const std::filesystem::path& file) {
    if (auto made = sys::ensure_directory(file.parent_path(), {.mode = 0700, .owner = {}}); !made)
        return std::unexpected(made.error());
    const auto lock = sys::FileLock::take(file.string() + ".lock");
    if (!lock) return std::unexpected(lock.error());
    // Made under another name and linked into place when it is complete, so that an empty or half-made file is always
    // damage and never a start that was interrupted.
    const auto fresh = file.string() + ".new";
    for (const char* end : {"", "-wal", "-shm"}) ::unlink((fresh + end).c_str());
    {
        auto database = db::Database::open(fresh, db::Database::Mode::create);
        if (!database) return std::unexpected(database.error());
        if (auto made = database->migrate(schema()); !made) return std::unexpected(made.error());
    }
    const int failure = ::link(fresh.c_str(), file.c_str()) == 0 ? 0 : errno;
    ::unlink(fresh.c_str());
    if (failure != 0 && failure != EEXIST)
        return base::fail(std::format("cannot make {}: {}", file.string(), base::errno_text(failure)));
    if (auto synced = sys::sync_directory(file.parent_path()); !synced) return std::unexpected(synced.error());
    return open(file);
}

base::Result<> Store::add(const base::EmailAddress& address, const std::string& hash, base::SystemTime now) {
    return database_.transaction([&]() -> base::Result<> {
        auto added = database_.execute("INSERT INTO accounts(address, password, created, changed) VALUES(?, ?, ?, ?)",
                                       {address.str(), hash, seconds(now), seconds(now)});
        if (!added && added.error().kind == base::ErrorKind::exists)
            return base::fail(std::format("cannot add '{}': this user exists already", address.str()),
                              std::format("To change the password: ./user.sh passwd {}", address.str()),
                              base::ErrorKind::exists);
        if (added) added = database_.execute("DELETE FROM facts WHERE name = 'emptied'");
        if (!added) return std::unexpected(added.error());
        return rebuild_derived();
    });
}

base::Result<> Store::change(const base::EmailAddress& address, std::string_view sql,
                             std::initializer_list<db::Value> values) {
    return database_.transaction([&]() -> base::Result<> {
        const auto changed = database_.execute(sql, values);
        if (!changed) return std::unexpected(changed.error());
        if (*changed == 0) return unknown(address);
        return rebuild_refusals();
    });
}

base::Result<> Store::set_password(const base::EmailAddress& address, const std::string& hash, base::SystemTime now) {
    return change(address, "UPDATE accounts SET password = ?, changed = ? WHERE address = ?",
                  {hash, seconds(now), address.str()});
}

base::Result<> Store::replace_hash(const base::EmailAddress& address, const std::string& old_hash,
                                   const std::string& hash) {
    const auto changed = database_.execute("UPDATE accounts SET password = ? WHERE address = ? AND password = ?",
                                           {hash, address.str(), old_hash});
    return changed ? base::Result<>{} : std::unexpected(changed.error());
}

base::Result<> Store::set_quota(const base::EmailAddress& address, std::optional<std::uint64_t> octets) {
    // More than the largest file SQLite's integers can count is as good as no limit.
    constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
    const std::int64_t value = octets ? static_cast<std::int64_t>(std::min(*octets, most)) : -1;
    return change(address, "UPDATE accounts SET quota = NULLIF(?, -1) WHERE address = ?", {value, address.str()});
}

base::Result<> Store::set_disabled(const base::EmailAddress& address, bool disabled) {
    return change(address, "UPDATE accounts SET disabled = ? WHERE address = ?",
                  {std::int64_t{disabled}, address.str()});
}

base::Result<> Store::set_send_only(const base::EmailAddress& address, bool send_only, const std::string& reject_text) {
    return change(address, "UPDATE accounts SET send_only = ?, reject_text = ? WHERE address = ?",
                  {std::int64_t{send_only}, reject_text, address.str()});
}

base::Result<std::vector<std::string>> Store::remove(const base::EmailAddress& address) {
    std::vector<std::string> sources;
    const auto done = database_.transaction([&]() -> base::Result<> {
        const auto removed = database_.execute("DELETE FROM accounts WHERE address = ?", {address.str()});
        if (!removed) return std::unexpected(removed.error());
        if (*removed == 0) return unknown(address);
        // An alias to nobody would be accepted by Postfix and bounced later, to people who never wrote.
        const auto lost = database_.query(
            "SELECT source FROM aliases WHERE target = ? AND origin = 'file' ORDER BY source", {address.str()});
        if (!lost) return std::unexpected(lost.error());
        for (const auto& row : *lost) sources.push_back(row.text(0));
        auto step = database_.execute("DELETE FROM aliases WHERE target = ?", {address.str()});
        for (const char* sql : {"DELETE FROM regexp_aliases WHERE target = ?", "DELETE FROM grants WHERE login = ?",
                                "DELETE FROM app_passwords WHERE address = ?", "DELETE FROM relays WHERE sender = ?",
                                "DELETE FROM syncs WHERE address = ?"})
            if (step) step = database_.execute(sql, {address.str()});
        if (step)
            step = database_.execute(
                "INSERT INTO facts(name, value) SELECT 'emptied', 'yes' WHERE NOT EXISTS(SELECT 1 FROM accounts)");
        if (!step) return std::unexpected(step.error());
        return rebuild_derived();
    });
    if (!done) return std::unexpected(done.error());
    return sources;
}

base::Result<bool> Store::has(const base::EmailAddress& address) {
    const auto rows = database_.query("SELECT 1 FROM accounts WHERE address = ?", {address.str()});
    if (!rows) return std::unexpected(rows.error());
    return !rows->empty();
}

base::Result<bool> Store::knows(const base::EmailAddress& address) {
    const auto rows = database_.query(
        "SELECT 1 FROM accounts WHERE address = ? UNION ALL SELECT 1 FROM aliases WHERE source = ? LIMIT 1",
        {address.str(), address.str()});
    if (!rows) return std::unexpected(rows.error());
    return !rows->empty();
}

base::Result<Account> Store::get(const base::EmailAddress& address) {
    const auto rows = database_.query(std::string(select_account) + " WHERE address = ?", {address.str()});
    if (!rows) return std::unexpected(rows.error());
    if (rows->empty()) return unknown(address);
    return account_of(rows->front());
}

base::Result<std::vector<Account>> Store::list() {
    const auto rows = database_.query(std::string(select_account) + " ORDER BY address");
    if (!rows) return std::unexpected(rows.error());
    std::vector<Account> all;
    for (const auto& row : *rows) all.push_back(account_of(row));
    return all;
}

base::Result<std::string> Store::hash_of(const base::EmailAddress& address) {
    const auto rows = database_.query("SELECT password FROM lookup_password WHERE address = ?", {address.str()});
    if (!rows) return std::unexpected(rows.error());
    return rows->empty() ? "" : rows->front().text(0);
}

base::Result<> Store::rename(const base::EmailAddress& from, const base::EmailAddress& to, bool keep_alias,
                             const std::function<base::Result<>()>& move) {
    return database_.transaction([&]() -> base::Result<> {
        const auto renamed =
            database_.execute("UPDATE accounts SET address = ? WHERE address = ?", {to.str(), from.str()});
        if (!renamed && renamed.error().kind == base::ErrorKind::exists)
            return base::fail(std::format("cannot rename '{}': user '{}' exists already", from.str(), to.str()), {},
                              base::ErrorKind::exists);
        if (!renamed) return std::unexpected(renamed.error());
        if (*renamed == 0) return unknown(from);
        // An alias of the new name that led to the old one would lead to itself.
        auto step = database_.execute("DELETE FROM aliases WHERE source = ? AND target = ?", {to.str(), from.str()});
        for (const char* sql : {"UPDATE OR REPLACE aliases SET target = ? WHERE target = ?",
                                "UPDATE OR REPLACE aliases SET source = ? WHERE source = ?",
                                "UPDATE OR REPLACE regexp_aliases SET target = ? WHERE target = ?",
                                "UPDATE OR REPLACE grants SET login = ? WHERE login = ?",
                                "UPDATE OR REPLACE grants SET sender = ? WHERE sender = ?",
                                "UPDATE syncs SET address = ? WHERE address = ?",
                                "UPDATE OR REPLACE relays SET sender = ? WHERE sender = ?",
                                "UPDATE app_passwords SET address = ? WHERE address = ?"})
            if (step) step = database_.execute(sql, {to.str(), from.str()});
        if (step && keep_alias)
            step = database_.execute("INSERT INTO aliases(source, target, origin) VALUES(?, ?, 'file')",
                                     {from.str(), to.str()});
        if (!step) return std::unexpected(step.error());
        if (auto rebuilt = rebuild_derived(); !rebuilt) return rebuilt;
        return move();
    });
}

base::Result<std::set<std::string>> Store::addresses() {
    const auto rows = database_.query("SELECT address FROM accounts");
    if (!rows) return std::unexpected(rows.error());
    std::set<std::string> all;
    for (const auto& row : *rows) all.insert(row.text(0));
    return all;
}

base::Result<bool> Store::emptied_on_purpose() {
    const auto rows = database_.query("SELECT 1 FROM facts WHERE name = 'emptied'");
    if (!rows) return std::unexpected(rows.error());
    return !rows->empty();
}

}  // namespace accounts
