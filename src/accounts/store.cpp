#include "accounts/store.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <format>

#include "sys/files.h"

namespace accounts {
namespace {

constexpr std::array<std::string_view, 1> schema{R"sql(
CREATE TABLE accounts(
    address TEXT NOT NULL PRIMARY KEY,
    password TEXT NOT NULL,
    created BIGINT NOT NULL,
    changed BIGINT NOT NULL);
CREATE TABLE aliases(
    source TEXT NOT NULL,
    target TEXT NOT NULL,
    origin TEXT NOT NULL CHECK(origin IN ('file', 'system')),
    PRIMARY KEY(source, target));
CREATE INDEX aliases_by_target ON aliases(target);
CREATE TABLE facts(name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE system_aliases(source TEXT NOT NULL PRIMARY KEY);

CREATE VIEW lookup_mailbox(address) AS SELECT address FROM accounts;
CREATE VIEW lookup_password(address, password) AS SELECT address, password FROM accounts;
CREATE VIEW lookup_alias(source, target) AS
    SELECT source, target FROM aliases UNION ALL SELECT address, address FROM accounts;
CREATE VIEW lookup_sender(address, login) AS
    SELECT address, address FROM accounts
    UNION ALL
    SELECT a.source, a.target FROM aliases a
    WHERE EXISTS(SELECT 1 FROM accounts c WHERE c.address = a.target)
      AND NOT EXISTS(SELECT 1 FROM aliases o WHERE o.source = a.source AND o.target <> a.target)
      AND NOT EXISTS(SELECT 1 FROM accounts s WHERE s.address = a.source);
)sql"};

std::int64_t seconds(base::SystemTime time) {
    return time.time_since_epoch().count();
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
    if (auto current = database->migrate(schema); !current) return std::unexpected(current.error());
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
        if (auto made = database->migrate(schema); !made) return std::unexpected(made.error());
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
        return rebuild_system_aliases();
    });
}

base::Result<> Store::set_password(const base::EmailAddress& address, const std::string& hash, base::SystemTime now) {
    return database_.transaction([&]() -> base::Result<> {
        const auto changed = database_.execute("UPDATE accounts SET password = ?, changed = ? WHERE address = ?",
                                               {hash, seconds(now), address.str()});
        if (!changed) return std::unexpected(changed.error());
        if (*changed == 0) return unknown(address);
        return {};
    });
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
        if (step)
            step = database_.execute(
                "INSERT INTO facts(name, value) SELECT 'emptied', 'yes' WHERE NOT EXISTS(SELECT 1 FROM accounts)");
        if (!step) return std::unexpected(step.error());
        return rebuild_system_aliases();
    });
    if (!done) return std::unexpected(done.error());
    return sources;
}

base::Result<bool> Store::has(const base::EmailAddress& address) {
    const auto rows = database_.query("SELECT 1 FROM accounts WHERE address = ?", {address.str()});
    if (!rows) return std::unexpected(rows.error());
    return !rows->empty();
}

base::Result<std::vector<Account>> Store::list() {
    const auto rows = database_.query("SELECT address, created FROM accounts ORDER BY address");
    if (!rows) return std::unexpected(rows.error());
    std::vector<Account> all;
    for (const auto& row : *rows) all.push_back({row.text(0), base::SystemTime(std::chrono::seconds(row.integer(1)))});
    return all;
}

base::Result<std::set<std::string>> Store::addresses() {
    const auto rows = database_.query("SELECT address FROM accounts");
    if (!rows) return std::unexpected(rows.error());
    std::set<std::string> all;
    for (const auto& row : *rows) all.insert(row.text(0));
    return all;
}

base::Result<std::size_t> Store::replace_aliases(
    const std::function<base::Result<std::vector<Alias>>(const std::set<std::string>&)>& make) {
    std::size_t number = 0;
    const auto done = database_.transaction([&]() -> base::Result<> {
        const auto accounts = addresses();
        if (!accounts) return std::unexpected(accounts.error());
        const auto aliases = make(*accounts);
        if (!aliases) return std::unexpected(aliases.error());
        number = aliases->size();
        // The system's rows go as well, so that a line of the file that says the same is no duplicate.
        if (const auto cleared = database_.execute("DELETE FROM aliases"); !cleared)
            return std::unexpected(cleared.error());
        std::vector<std::vector<db::Value>> rows;
        for (const auto& alias : *aliases) rows.push_back({alias.source, alias.target});
        if (auto added =
                database_.execute_each("INSERT INTO aliases(source, target, origin) VALUES(?, ?, 'file')", rows);
            !added)
            return added;
        return rebuild_system_aliases();
    });
    if (!done) return std::unexpected(done.error());
    return number;
}

base::Result<> Store::apply(const Site& site) {
    std::vector<std::vector<db::Value>> sources;
    std::set<std::string> places{site.hostname.str()};
    for (const auto& domain : site.domains) places.insert(domain.str());
    for (const auto& place : places)
        for (const auto name : system_names()) sources.push_back({std::format("{}@{}", name, place)});
    return database_.transaction([&]() -> base::Result<> {
        auto step = database_.execute("DELETE FROM system_aliases");
        if (step) step = database_.execute("DELETE FROM facts WHERE name = 'administrator'");
        if (step)
            step = database_.execute("INSERT INTO facts(name, value) VALUES('administrator', ?)",
                                     {site.administrator.str()});
        if (!step) return std::unexpected(step.error());
        if (auto added = database_.execute_each("INSERT INTO system_aliases(source) VALUES(?)", sources); !added)
            return added;
        return rebuild_system_aliases();
    });
}

base::Result<> Store::rebuild_system_aliases() {
    auto step = database_.execute("DELETE FROM aliases WHERE origin = 'system'");
    if (step)
        step = database_.execute(R"sql(
INSERT INTO aliases(source, target, origin)
    SELECT s.source, f.value, 'system' FROM system_aliases s JOIN facts f ON f.name = 'administrator'
    WHERE EXISTS(SELECT 1 FROM accounts a WHERE a.address = f.value)
      AND NOT EXISTS(SELECT 1 FROM accounts a WHERE a.address = s.source)
      AND NOT EXISTS(SELECT 1 FROM aliases a WHERE a.source = s.source))sql");
    if (!step) return std::unexpected(step.error());
    return {};
}

base::Result<bool> Store::emptied_on_purpose() {
    const auto rows = database_.query("SELECT 1 FROM facts WHERE name = 'emptied'");
    if (!rows) return std::unexpected(rows.error());
    return !rows->empty();
}

}  // namespace accounts
