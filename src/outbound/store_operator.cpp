// What the operator sees and does, and housekeeping.
#include <array>
#include <string_view>
#include <utility>

#include "outbound/store.h"
#include "outbound/store_rows.h"

namespace outbound {
namespace {

using std::chrono::hours, std::chrono::seconds;

constexpr seconds recipients_age = hours(24 * 365);
constexpr std::int64_t most_recipients = 20'000;

/// Reads rows into values, or hands the error on.
template <class Make>
auto each(const base::Result<std::vector<db::Row>>& rows, Make make)
    -> base::Result<std::vector<decltype(make(std::declval<const db::Row&>()))>> {
    if (!rows) return std::unexpected(rows.error());
    std::vector<decltype(make(std::declval<const db::Row&>()))> all;
    for (const auto& row : *rows) all.push_back(make(row));
    return all;
}

}  // namespace

base::Result<std::vector<Stop>> Store::stops() {
    return each(database_.query("SELECT account, time, why, owner_told, admin_told FROM stops ORDER BY account"),
                stop_from);
}

base::Result<std::vector<Trust>> Store::trusts(base::SystemTime now) {
    return each(database_.query("SELECT account, until FROM trusts WHERE until = 0 OR until > ? ORDER BY account",
                                {number(now)}),
                [](const db::Row& row) {
                    return Trust{.account = row.text(0),
                                 .until = row.integer(1) == 0 ? std::nullopt : std::optional(time(row.integer(1)))};
                });
}

base::Result<std::vector<Held>> Store::held() {
    return each(database_.query("SELECT queue_id, account, time, subject, why FROM held ORDER BY time, queue_id"),
                [](const db::Row& row) {
                    return Held{.queue_id = row.text(0),
                                .account = row.text(1),
                                .since = time(row.integer(2)),
                                .subject = row.text(3),
                                .why = row.text(4)};
                });
}

base::Result<> Store::rename(const std::string& from, const std::string& to) {
    if (from == to) return {};
    return database_.transaction([&]() -> base::Result<> {
        for (const std::string table : {"counts", "networks", "recipients", "stops", "trusts", "held"}) {
            auto step = table == "held" ? base::Result<bool>(true)
                                        : changed("DELETE FROM " + table + " WHERE account = ?", {to});
            if (step) step = changed("UPDATE " + table + " SET account = ? WHERE account = ?", {to, from});
            if (!step) return std::unexpected(step.error());
        }
        return {};
    });
}

base::Result<> Store::forget(const std::string& account) {
    return database_.transaction([&]() -> base::Result<> {
        for (const std::string table : {"counts", "networks", "recipients", "stops", "trusts"})
            if (const auto gone = changed("DELETE FROM " + table + " WHERE account = ?", {account}); !gone)
                return std::unexpected(gone.error());
        return {};
    });
}

base::Result<> Store::tidy(base::SystemTime now) {
    return database_.transaction([&]() -> base::Result<> {
        // What is from the future was counted with a wrong clock.
        const auto past = number(now - hours(24)), future = number(now + hours(1));
        const std::pair<std::string_view, std::vector<db::Value>> steps[] = {
            {"DELETE FROM counts WHERE time <= ? OR time > ?", {past, future}},
            {"DELETE FROM networks WHERE time <= ? OR time > ?", {number(now - hours(1)), future}},
            {"DELETE FROM recipients WHERE time <= ?", {number(now - recipients_age)}},
            {"DELETE FROM trusts WHERE until <> 0 AND until <= ?", {number(now)}}};
        for (const auto& [sql, values] : steps)
            if (const auto gone = database_.execute_each(sql, std::array{values}); !gone) return gone;
        const auto crowded =
            database_.query("SELECT account FROM recipients GROUP BY account HAVING count(*) > ?", {most_recipients});
        if (!crowded) return std::unexpected(crowded.error());
        for (const auto& row : *crowded)
            if (const auto gone = changed("DELETE FROM recipients WHERE account = ? AND recipient NOT IN (SELECT "
                                          "recipient FROM recipients WHERE account = ? ORDER BY time DESC LIMIT ?)",
                                          {row.text(0), row.text(0), most_recipients});
                !gone)
                return std::unexpected(gone.error());
        return {};
    });
}

}  // namespace outbound
