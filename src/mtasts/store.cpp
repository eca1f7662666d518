#include "mtasts/store.h"

#include <array>
#include <format>

#include "base/text.h"
#include "db/put_aside.h"

namespace mtasts {
namespace {

constexpr std::array<std::string_view, 1> schema{R"sql(
CREATE TABLE policies(
    domain TEXT NOT NULL PRIMARY KEY,
    id TEXT NOT NULL,
    policy TEXT NOT NULL,
    fetched BIGINT NOT NULL,
    used BIGINT NOT NULL);
CREATE INDEX policies_used ON policies(used);
)sql"};

constexpr std::int64_t day = 86'400;
constexpr std::int64_t refreshed_at_once = 500;

std::int64_t number(base::SystemTime time) {
    return time.time_since_epoch().count();
}

}  // namespace

base::Result<Store> Store::open(const std::filesystem::path& file) {
    constexpr std::string_view consequence = "a new one is begun, without the policies known";
    auto database = db::open_or_renew(file, "mta-sts", consequence, schema);
    if (!database) return std::unexpected(database.error());
    return Store(std::move(*database));
}

base::Result<std::optional<KnownPolicy>> Store::find(const base::Domain& domain, base::SystemTime now) {
    const std::lock_guard lock(*mutex_);
    const auto rows =
        database_.query("SELECT id, policy, fetched, used FROM policies WHERE domain = ?", {domain.str()});
    if (!rows) return std::unexpected(rows.error());
    if (rows->empty()) return std::nullopt;
    const auto& row = rows->front();
    auto policy = parse_policy(row.text(1));
    if (!policy) return base::context(std::format("cannot use the policy kept for {}", domain.str()), policy.error());
    const base::SystemTime fetched{std::chrono::seconds(row.integer(2))};
    // A clock that was wrong once must not make a policy eternal.
    if (now >= fetched + policy->max_age || now + longest_age < fetched) return std::nullopt;
    if (row.integer(3) + day <= number(now)) {
        const auto noted =
            database_.execute("UPDATE policies SET used = ? WHERE domain = ?", {number(now), domain.str()});
        if (!noted) return std::unexpected(noted.error());
    }
    return KnownPolicy{.id = row.text(0), .policy = std::move(*policy), .fetched = fetched};
}

base::Result<> Store::keep(const base::Domain& domain, const std::string& id, const Policy& policy,
                           base::SystemTime now) {
    const std::lock_guard lock(*mutex_);
    return database_.transaction([&]() -> base::Result<> {
        const auto kept =
            database_.execute(R"sql(
INSERT INTO policies(domain, id, policy, fetched, used) VALUES(?, ?, ?, ?, ?)
    ON CONFLICT(domain) DO UPDATE SET id = excluded.id, policy = excluded.policy, fetched = excluded.fetched)sql",
                              {domain.str(), id, base::join(lines(policy), "\n"), number(now), number(now)});
        if (!kept) return std::unexpected(kept.error());
        const auto dropped = database_.execute(
            "DELETE FROM policies WHERE domain IN (SELECT domain FROM policies ORDER BY used DESC LIMIT -1 OFFSET ?)",
            {static_cast<std::int64_t>(most_domains)});
        if (!dropped) return std::unexpected(dropped.error());
        return {};
    });
}

base::Result<std::vector<base::Domain>> Store::due(base::SystemTime now) {
    const std::lock_guard lock(*mutex_);
    const auto rows =
        database_.query("SELECT domain FROM policies WHERE fetched <= ? AND used > ? ORDER BY fetched LIMIT ?",
                        {number(now) - day, number(now) - 30 * day, refreshed_at_once});
    if (!rows) return std::unexpected(rows.error());
    std::vector<base::Domain> domains;
    for (const auto& row : *rows)
        if (auto domain = base::Domain::parse(row.text(0))) domains.push_back(std::move(*domain));
    return domains;
}

}  // namespace mtasts
