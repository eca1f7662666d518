#include "outbound/store.h"

#include <array>

#include "crypto/digest.h"
#include "db/put_aside.h"
#include "outbound/store_rows.h"

namespace outbound {
namespace {

using std::chrono::hours, std::chrono::minutes, std::chrono::seconds;

constexpr std::array<std::string_view, 1> schema{R"sql(
CREATE TABLE counts(
    account TEXT NOT NULL,
    time BIGINT NOT NULL,
    messages BIGINT NOT NULL,
    recipients BIGINT NOT NULL,
    new_recipients BIGINT NOT NULL,
    delivered BIGINT NOT NULL,
    bounced BIGINT NOT NULL,
    PRIMARY KEY(account, time));
CREATE TABLE networks(
    account TEXT NOT NULL,
    network TEXT NOT NULL,
    time BIGINT NOT NULL,
    PRIMARY KEY(account, network));
CREATE TABLE recipients(
    account TEXT NOT NULL,
    recipient TEXT NOT NULL,
    time BIGINT NOT NULL,
    PRIMARY KEY(account, recipient)) WITHOUT ROWID;
CREATE TABLE stops(
    account TEXT NOT NULL PRIMARY KEY,
    time BIGINT NOT NULL,
    why TEXT NOT NULL,
    owner_told BIGINT NOT NULL,
    admin_told BIGINT NOT NULL);
CREATE TABLE held(
    queue_id TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL,
    time BIGINT NOT NULL,
    subject TEXT NOT NULL,
    why TEXT NOT NULL);
CREATE TABLE trusts(
    account TEXT NOT NULL PRIMARY KEY,
    until BIGINT NOT NULL);
)sql"};

constexpr seconds piece = minutes(5);

std::uint64_t count_of(const db::Row& row, std::size_t column) {
    return static_cast<std::uint64_t>(row.integer(column));
}

/// Whom somebody writes to is read by nobody, and an address may be long.
std::string hash(const std::string& recipient) {
    return crypto::sha256_hex(recipient).substr(0, 16);
}

}  // namespace

base::Result<Store> Store::open(const std::filesystem::path& file) {
    auto database = db::Database::open_current(file, schema);
    if (!database) return std::unexpected(database.error());
    return Store(std::move(*database));
}

base::Result<Store> Store::open_or_renew(const std::filesystem::path& file) {
    constexpr std::string_view consequence =
        "a new one is begun: who was stopped or trusted is forgotten, held mail stays held";
    auto database = db::open_or_renew(file, "outbound", consequence, schema);
    if (!database) return std::unexpected(database.error());
    return Store(std::move(*database));
}

// ---- what a decision reads ------------------------------------------------------------------------------------------

base::Result<std::optional<Stop>> Store::stop_of(const std::string& account) {
    const auto rows =
        database_.query("SELECT account, time, why, owner_told, admin_told FROM stops WHERE account = ?", {account});
    if (!rows) return std::unexpected(rows.error());
    return rows->empty() ? std::nullopt : std::optional(stop_from(rows->front()));
}

base::Result<bool> Store::trusted(const std::string& account, base::SystemTime now) {
    const auto rows =
        database_.query("SELECT 1 FROM trusts WHERE account = ? AND (until = 0 OR until > ?)", {account, number(now)});
    if (!rows) return std::unexpected(rows.error());
    return !rows->empty();
}

base::Result<Traffic> Store::traffic(const std::string& account, base::SystemTime now) {
    const auto hour = number(now - hours(1)), day = number(now - hours(24));
    const auto counts = database_.query(R"sql(
SELECT coalesce(sum(CASE WHEN time > ? THEN messages ELSE 0 END), 0), coalesce(sum(recipients), 0),
    coalesce(sum(new_recipients), 0), coalesce(sum(delivered), 0), coalesce(sum(bounced), 0)
    FROM counts WHERE account = ? AND time > ?)sql",
                                        {hour, account, day});
    if (!counts) return std::unexpected(counts.error());
    const auto networks =
        database_.query("SELECT count(*) FROM networks WHERE account = ? AND time > ?", {account, hour});
    if (!networks) return std::unexpected(networks.error());
    const auto& row = counts->front();
    return Traffic{.messages = count_of(row, 0),
                   .recipients = count_of(row, 1),
                   .new_recipients = count_of(row, 2),
                   .networks = count_of(networks->front(), 0),
                   .delivered = count_of(row, 3),
                   .bounced = count_of(row, 4)};
}

base::Result<Traffic> Store::traffic_with(const std::string& account, const Addition& addition, base::SystemTime now) {
    auto traffic = this->traffic(account, now);
    if (!traffic) return traffic;
    const auto unknown = unknown_among(account, addition.recipients);
    if (!unknown) return std::unexpected(unknown.error());
    traffic->messages += 1;
    traffic->recipients += addition.recipients.size();
    traffic->new_recipients += *unknown;
    if (addition.network.empty()) return traffic;
    const auto seen = database_.query("SELECT 1 FROM networks WHERE account = ? AND network = ? AND time > ?",
                                      {account, addition.network, number(now - hours(1))});
    if (!seen) return std::unexpected(seen.error());
    if (seen->empty()) traffic->networks += 1;
    return traffic;
}

base::Result<std::uint64_t> Store::unknown_among(const std::string& account,
                                                 const std::vector<std::string>& recipients) {
    std::uint64_t unknown = 0;
    for (const auto& recipient : recipients) {
        const auto known =
            database_.query("SELECT 1 FROM recipients WHERE account = ? AND recipient = ?", {account, hash(recipient)});
        if (!known) return std::unexpected(known.error());
        if (known->empty()) ++unknown;
    }
    return unknown;
}

// ---- what a decision leaves -----------------------------------------------------------------------------------------

base::Result<> Store::count(const std::string& account, const Addition& addition, base::SystemTime now) {
    const auto unknown = unknown_among(account, addition.recipients);
    if (!unknown) return std::unexpected(unknown.error());
    const auto counted = database_.execute(
        R"sql(
INSERT INTO counts(account, time, messages, recipients, new_recipients, delivered, bounced) VALUES(?, ?, 1, ?, ?, 0, 0)
    ON CONFLICT(account, time) DO UPDATE SET messages = messages + 1, recipients = recipients + excluded.recipients,
    new_recipients = new_recipients + excluded.new_recipients)sql",
        {account, number(now) / piece.count() * piece.count(), number(addition.recipients.size()), number(*unknown)});
    if (!counted) return std::unexpected(counted.error());
    if (!addition.network.empty()) {
        const auto seen = database_.execute("INSERT OR REPLACE INTO networks(account, network, time) VALUES(?, ?, ?)",
                                            {account, addition.network, number(now)});
        if (!seen) return std::unexpected(seen.error());
    }
    return learn(account, addition.recipients, now);
}

base::Result<> Store::count(const std::string& account, const Tally& results, base::SystemTime now) {
    const auto counted = database_.execute(
        R"sql(
INSERT INTO counts(account, time, messages, recipients, new_recipients, delivered, bounced) VALUES(?, ?, 0, 0, 0, ?, ?)
    ON CONFLICT(account, time) DO UPDATE SET delivered = delivered + excluded.delivered,
    bounced = bounced + excluded.bounced)sql",
        {account, number(now) / piece.count() * piece.count(), number(results.delivered), number(results.bounced)});
    if (!counted) return std::unexpected(counted.error());
    return {};
}

base::Result<> Store::learn(const std::string& account, const std::vector<std::string>& recipients,
                            base::SystemTime now) {
    std::vector<std::vector<db::Value>> rows;
    for (const auto& recipient : recipients) rows.push_back({account, hash(recipient), number(now)});
    return database_.execute_each("INSERT OR REPLACE INTO recipients(account, recipient, time) VALUES(?, ?, ?)", rows);
}

base::Result<bool> Store::changed(std::string_view sql, std::initializer_list<db::Value> values) {
    const auto rows = database_.execute(sql, values);
    if (!rows) return std::unexpected(rows.error());
    return *rows > 0;
}

base::Result<> Store::stop(const Stop& stop) {
    return changed("INSERT OR IGNORE INTO stops(account, time, why, owner_told, admin_told) VALUES(?, ?, ?, 0, 0)",
                   {stop.account, number(stop.since), stop.why})
        .transform([](bool) {});
}

base::Result<> Store::hold(const Held& held) {
    return changed("INSERT OR REPLACE INTO held(queue_id, account, time, subject, why) VALUES(?, ?, ?, ?, ?)",
                   {held.queue_id, held.account, number(held.since), held.subject, held.why})
        .transform([](bool) {});
}

base::Result<> Store::told(const Stop& stop, bool owner) {
    return changed(owner ? "UPDATE stops SET owner_told = 1 WHERE account = ? AND time = ?"
                         : "UPDATE stops SET admin_told = 1 WHERE account = ? AND time = ?",
                   {stop.account, number(stop.since)})
        .transform([](bool) {});
}

base::Result<bool> Store::let_go(const std::string& account) {
    bool stopped = false;
    const auto done = database_.transaction([&]() -> base::Result<> {
        const auto ended = changed("DELETE FROM stops WHERE account = ?", {account});
        if (!ended) return std::unexpected(ended.error());
        stopped = *ended;
        for (const auto* sql : {"DELETE FROM counts WHERE account = ?", "DELETE FROM networks WHERE account = ?"})
            if (const auto gone = changed(sql, {account}); !gone) return std::unexpected(gone.error());
        return {};
    });
    if (!done) return std::unexpected(done.error());
    return stopped;
}

base::Result<> Store::forget_held(const std::vector<std::string>& queue_ids) {
    std::vector<std::vector<db::Value>> rows;
    for (const auto& id : queue_ids) rows.push_back({id});
    return database_.transaction([&] { return database_.execute_each("DELETE FROM held WHERE queue_id = ?", rows); });
}

base::Result<> Store::trust(const Trust& trust) {
    return changed("INSERT OR REPLACE INTO trusts(account, until) VALUES(?, ?)",
                   {trust.account, trust.until ? number(*trust.until) : std::int64_t{0}})
        .transform([](bool) {});
}

base::Result<bool> Store::untrust(const std::string& account) {
    return changed("DELETE FROM trusts WHERE account = ?", {account});
}

}  // namespace outbound
