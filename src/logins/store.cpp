#include "logins/store.h"

#include <array>
#include <initializer_list>

#include "db/put_aside.h"

namespace logins {
namespace {

constexpr std::array<std::string_view, 2> schema{R"sql(
CREATE TABLE last_logins(
    account TEXT NOT NULL PRIMARY KEY,
    time BIGINT NOT NULL,
    protocol TEXT NOT NULL,
    client TEXT NOT NULL);
CREATE TABLE app_password_uses(
    account TEXT NOT NULL,
    name TEXT NOT NULL,
    time BIGINT NOT NULL,
    protocol TEXT NOT NULL,
    client TEXT NOT NULL,
    PRIMARY KEY(account, name));
)sql",
                                                 R"sql(
CREATE TABLE login_networks(
    account TEXT NOT NULL,
    network TEXT NOT NULL,
    time BIGINT NOT NULL,
    PRIMARY KEY(account, network));
)sql"};

/// Columns time, protocol, client from `first` on.
Visit visit(const db::Row& row, std::size_t first) {
    return {.time = base::SystemTime(std::chrono::seconds(row.integer(first))),
            .protocol = row.text(first + 1),
            .client = row.text(first + 2)};
}

std::map<std::string, Visit> visits(const std::vector<db::Row>& rows) {
    std::map<std::string, Visit> all;
    for (const auto& row : rows) all.emplace(row.text(0), visit(row, 1));
    return all;
}

}  // namespace

base::Result<Store> Store::open(const std::filesystem::path& file) {
    auto database = db::Database::open_current(file, schema);
    if (!database) return std::unexpected(database.error());
    return Store(std::move(*database));
}

base::Result<Store> Store::open_or_renew(const std::filesystem::path& file) {
    auto database = db::open_or_renew(file, "logins", "a new one is begun, without the last logins", schema);
    if (!database) return std::unexpected(database.error());
    return Store(std::move(*database));
}

base::Result<> Store::keep(std::span<const Login> logins) {
    std::vector<std::vector<db::Value>> accounts, app_passwords, networks;
    for (const auto& [account, app_password, visit] : logins) {
        const std::int64_t time = visit.time.time_since_epoch().count();
        accounts.push_back({account, time, visit.protocol, visit.client});
        if (const auto client = base::IpAddress::parse(visit.client))
            networks.push_back({account, base::IpNetwork::of_one_client(*client).label(), time});
        if (!app_password.empty()) app_passwords.push_back({account, app_password, time, visit.protocol, visit.client});
    }
    return database_.transaction([&]() -> base::Result<> {
        if (auto kept = database_.execute_each(R"sql(
INSERT INTO last_logins(account, time, protocol, client) VALUES(?, ?, ?, ?)
    ON CONFLICT(account) DO UPDATE
    SET time = excluded.time, protocol = excluded.protocol, client = excluded.client
    WHERE excluded.time >= last_logins.time)sql",
                                               accounts);
            !kept)
            return kept;
        if (auto kept = database_.execute_each(R"sql(
INSERT INTO login_networks(account, network, time) VALUES(?, ?, ?)
    ON CONFLICT(account, network) DO UPDATE SET time = max(excluded.time, login_networks.time))sql",
                                               networks);
            !kept)
            return kept;
        return database_.execute_each(R"sql(
INSERT INTO app_password_uses(account, name, time, protocol, client) VALUES(?, ?, ?, ?, ?)
    ON CONFLICT(account, name) DO UPDATE
    SET time = excluded.time, protocol = excluded.protocol, client = excluded.client
    WHERE excluded.time >= app_password_uses.time)sql",
                                      app_passwords);
    });
}

base::Result<std::map<std::string, Visit>> Store::last_logins() {
    const auto rows = database_.query("SELECT account, time, protocol, client FROM last_logins");
    if (!rows) return std::unexpected(rows.error());
    return visits(*rows);
}

base::Result<std::optional<Visit>> Store::last_login(const std::string& account) {
    const auto rows = database_.query("SELECT time, protocol, client FROM last_logins WHERE account = ?", {account});
    if (!rows) return std::unexpected(rows.error());
    return rows->empty() ? std::nullopt : std::optional(visit(rows->front(), 0));
}

base::Result<std::map<std::string, Visit>> Store::app_password_uses(const std::string& account) {
    const auto rows =
        database_.query("SELECT name, time, protocol, client FROM app_password_uses WHERE account = ?", {account});
    if (!rows) return std::unexpected(rows.error());
    return visits(*rows);
}

base::Result<std::vector<Place>> Store::places_since(base::SystemTime oldest) {
    const std::int64_t time = oldest.time_since_epoch().count();
    if (auto gone = database_.execute("DELETE FROM login_networks WHERE time < ?", {time}); !gone)
        return std::unexpected(gone.error());
    const auto rows = database_.query("SELECT account, network, time FROM login_networks ORDER BY time");
    if (!rows) return std::unexpected(rows.error());
    std::vector<Place> places;
    for (const auto& row : *rows)
        if (const auto network = base::IpNetwork::parse(row.text(1)))
            places.push_back({.account = row.text(0),
                              .network = *network,
                              .time = base::SystemTime(std::chrono::seconds(row.integer(2)))});
    return places;
}

base::Result<> Store::rename(const std::string& from, const std::string& to) {
    if (from == to) return {};
    return database_.transaction([&]() -> base::Result<> {
        for (const std::string table : {"last_logins", "app_password_uses", "login_networks"}) {
            auto step = database_.execute("DELETE FROM " + table + " WHERE account = ?", {to});
            if (step) step = database_.execute("UPDATE " + table + " SET account = ? WHERE account = ?", {to, from});
            if (!step) return std::unexpected(step.error());
        }
        return {};
    });
}

base::Result<> Store::forget(const std::string& account) {
    return database_.transaction([&]() -> base::Result<> {
        auto step = database_.execute("DELETE FROM last_logins WHERE account = ?", {account});
        if (step) step = database_.execute("DELETE FROM app_password_uses WHERE account = ?", {account});
        if (step) step = database_.execute("DELETE FROM login_networks WHERE account = ?", {account});
        if (!step) return std::unexpected(step.error());
        return {};
    });
}

base::Result<> Store::forget_app_password(const std::string& account, const std::string& name) {
    const auto gone =
        database_.execute("DELETE FROM app_password_uses WHERE account = ? AND name = ?", {account, name});
    if (!gone) return std::unexpected(gone.error());
    return {};
}

}  // namespace logins
