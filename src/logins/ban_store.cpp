#include "logins/ban_store.h"

#include <array>

#include "base/log.h"
#include "db/put_aside.h"

namespace logins {
namespace {

constexpr std::array<std::string_view, 1> schema{R"sql(
CREATE TABLE bans(
    network TEXT NOT NULL,
    account TEXT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    by_hand INTEGER NOT NULL,
    reason TEXT NOT NULL,
    tries INTEGER NOT NULL,
    PRIMARY KEY(network, account));
)sql"};

/// `until` of a ban that nothing but a command ends.
constexpr std::int64_t never = 0;

std::string network_text(const Ban& ban) {
    return ban.network ? ban.network->label() : std::string();
}

base::SystemTime time(std::int64_t seconds) {
    return base::SystemTime(std::chrono::seconds(seconds));
}

std::optional<Ban> ban_in(const db::Row& row) {
    Ban ban{.network = {},
            .account = row.text(1),
            .since = time(row.integer(2)),
            .until = {},
            .by_hand = row.integer(4) != 0,
            .reason = row.text(5),
            .tries = static_cast<unsigned>(row.integer(6))};
    if (row.integer(3) != never) ban.until = time(row.integer(3));
    if (row.text(0).empty()) return ban;
    const auto network = base::IpNetwork::parse(row.text(0));
    if (!network) return std::nullopt;
    ban.network = *network;
    return ban;
}

}  // namespace

base::Result<BanStore> BanStore::open(const std::filesystem::path& file) {
    auto database = db::Database::open_current(file, schema);
    if (!database) return std::unexpected(database.error());
    return BanStore(std::move(*database));
}

base::Result<BanStore> BanStore::open_or_renew(const std::filesystem::path& file) {
    auto database = db::open_or_renew(file, "logins", "a new one is begun, without the bans", schema);
    if (!database) return std::unexpected(database.error());
    return BanStore(std::move(*database));
}

base::Result<std::vector<Ban>> BanStore::all(base::SystemTime now) {
    const auto rows = database_.query(
        "SELECT network, account, since, until, by_hand, reason, tries FROM bans ORDER BY since, network, account");
    if (!rows) return std::unexpected(rows.error());
    std::vector<Ban> bans;
    for (const auto& row : *rows)
        if (auto ban = ban_in(row); ban && ban->in_force(now)) bans.push_back(std::move(*ban));
    return bans;
}

base::Result<> BanStore::add(const Ban& ban, base::SystemTime now) {
    const auto since = ban.since.time_since_epoch().count();
    const auto until = ban.until ? ban.until->time_since_epoch().count() : never;
    return database_.transaction([&]() -> base::Result<> {
        const std::int64_t today = now.time_since_epoch().count();
        if (auto gone = database_.execute("DELETE FROM bans WHERE until > 0 AND until <= ?", {today}); !gone)
            return std::unexpected(gone.error());
        if (auto replaced = database_.execute("DELETE FROM bans WHERE network = ? AND account = ? AND by_hand = 0",
                                              {network_text(ban), ban.account});
            !replaced)
            return std::unexpected(replaced.error());
        const auto added =
            database_.execute("INSERT INTO bans VALUES(?, ?, ?, ?, ?, ?, ?)",
                              {network_text(ban), ban.account, since, until, static_cast<std::int64_t>(ban.by_hand),
                               ban.reason, static_cast<std::int64_t>(ban.tries)});
        if (!added) return std::unexpected(added.error());
        return {};
    });
}

base::Result<bool> BanStore::remove(const Ban& ban) {
    const auto gone = database_.execute("DELETE FROM bans WHERE network = ? AND account = ? AND by_hand = ?",
                                        {network_text(ban), ban.account, static_cast<std::int64_t>(ban.by_hand)});
    if (!gone) return std::unexpected(gone.error());
    return *gone > 0;
}

base::Result<std::int64_t> BanStore::remove_network(const base::IpNetwork& network) {
    return database_.execute("DELETE FROM bans WHERE network = ?", {network.label()});
}

base::Result<std::int64_t> BanStore::remove_account(const std::string& account) {
    return database_.execute("DELETE FROM bans WHERE account = ?", {account});
}

base::Result<std::int64_t> BanStore::version() {
    const auto rows = database_.query("PRAGMA data_version");
    if (!rows) return std::unexpected(rows.error());
    return rows->front().integer(0);
}

void lift_bans_of(const std::string& account, const std::filesystem::path& file) {
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored)) return;
    auto store = BanStore::open(file);
    const auto lifted = store ? store->remove_account(account) : std::unexpected(store.error());
    if (!lifted) base::log("logins", lifted.error().text);
}

}  // namespace logins
