#include "tlsrpt/store.h"

#include <array>

#include "db/put_aside.h"

namespace tlsrpt {
namespace {

constexpr std::array<std::string_view, 1> schema{R"sql(
CREATE TABLE sessions(
    day BIGINT NOT NULL,
    domain TEXT NOT NULL,
    policy TEXT NOT NULL,
    successes BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    PRIMARY KEY(day, domain, policy));
CREATE TABLE failures(
    day BIGINT NOT NULL,
    domain TEXT NOT NULL,
    policy TEXT NOT NULL,
    details TEXT NOT NULL,
    sessions BIGINT NOT NULL,
    PRIMARY KEY(day, domain, policy, details));
CREATE TABLE outgoing(
    number INTEGER PRIMARY KEY,
    domain TEXT NOT NULL,
    target TEXT NOT NULL,
    id TEXT NOT NULL,
    day BIGINT NOT NULL,
    report TEXT NOT NULL,
    made BIGINT NOT NULL,
    due BIGINT NOT NULL);
)sql"};

constexpr std::int64_t hour = 3600, day_of_hours = 24 * hour;

std::int64_t number(Day day) {
    return day.time_since_epoch().count();
}

std::int64_t number(base::SystemTime time) {
    return time.time_since_epoch().count();
}

Day day_of(std::int64_t number) {
    return Day(std::chrono::days(number));
}

}  // namespace

base::Result<Store> Store::open(const std::filesystem::path& file) {
    constexpr std::string_view consequence = "a new one is begun, without what was counted";
    auto database = db::open_or_renew(file, "tls-reports", consequence, schema);
    if (!database) return std::unexpected(database.error());
    return Store(std::move(*database));
}

base::Result<std::int64_t> Store::number_from(std::string_view sql, std::initializer_list<db::Value> values) {
    const auto rows = database_.query(sql, values);
    if (!rows) return std::unexpected(rows.error());
    return rows->front().integer(0);
}

base::Result<> Store::add(std::span<const Event> events, Day day) {
    const std::lock_guard lock(*mutex_);
    return database_.transaction([&]() -> base::Result<> {
        for (const auto& event : events)
            if (auto added = add_one(event, day); !added) return added;
        return {};
    });
}

base::Result<> Store::add_one(const Event& event, Day day) {
    const auto policy = json::dump(event.policy);
    const std::int64_t failed = event.failure ? 1 : 0;
    const auto counted = database_.execute(
        "UPDATE sessions SET successes = successes + ?, failures = failures + ? "
        "WHERE day = ? AND domain = ? AND policy = ?",
        {1 - failed, failed, number(day), event.domain, policy});
    if (!counted) return std::unexpected(counted.error());
    if (*counted == 0) {
        const auto policies =
            number_from("SELECT COUNT(*) FROM sessions WHERE day = ? AND domain = ?", {number(day), event.domain});
        if (!policies) return std::unexpected(policies.error());
        const auto domains = number_from("SELECT COUNT(DISTINCT domain) FROM sessions WHERE day = ?", {number(day)});
        if (!domains) return std::unexpected(domains.error());
        if (*policies >= most_policies || (*policies == 0 && *domains >= most_domains)) return {};
        const auto added =
            database_.execute("INSERT INTO sessions(day, domain, policy, successes, failures) VALUES(?, ?, ?, ?, ?)",
                              {number(day), event.domain, policy, 1 - failed, failed});
        if (!added) return std::unexpected(added.error());
    }
    return event.failure ? add_failure(event, day, policy) : base::Result<>{};
}

base::Result<> Store::add_failure(const Event& event, Day day, const std::string& policy) {
    const auto details = json::dump(*event.failure);
    const auto counted = database_.execute(
        "UPDATE failures SET sessions = sessions + 1 WHERE day = ? AND domain = ? AND policy = ? AND details = ?",
        {number(day), event.domain, policy, details});
    if (!counted) return std::unexpected(counted.error());
    if (*counted > 0) return {};
    const auto known =
        number_from("SELECT COUNT(*) FROM failures WHERE day = ? AND domain = ?", {number(day), event.domain});
    if (!known) return std::unexpected(known.error());
    if (*known >= most_failures) return {};
    const auto added =
        database_.execute("INSERT INTO failures(day, domain, policy, details, sessions) VALUES(?, ?, ?, ?, 1)",
                          {number(day), event.domain, policy, details});
    if (!added) return std::unexpected(added.error());
    return {};
}

base::Result<std::vector<std::pair<Day, std::string>>> Store::days_and_domains() {
    const std::lock_guard lock(*mutex_);
    const auto rows = database_.query("SELECT DISTINCT day, domain FROM sessions ORDER BY day, domain");
    if (!rows) return std::unexpected(rows.error());
    std::vector<std::pair<Day, std::string>> all;
    for (const auto& row : *rows) all.emplace_back(day_of(row.integer(0)), row.text(1));
    return all;
}

base::Result<std::vector<Counted>> Store::counted(Day day, const std::string& domain) {
    const std::lock_guard lock(*mutex_);
    const auto sessions =
        database_.query("SELECT policy, successes, failures FROM sessions WHERE day = ? AND domain = ? ORDER BY policy",
                        {number(day), domain});
    if (!sessions) return std::unexpected(sessions.error());
    std::vector<Counted> all;
    for (const auto& session : *sessions) {
        const auto failures = database_.query(
            "SELECT details, sessions FROM failures WHERE day = ? AND domain = ? AND policy = ? ORDER BY details",
            {number(day), domain, session.text(0)});
        if (!failures) return std::unexpected(failures.error());
        auto policy = json::parse(session.text(0));
        if (!policy) return std::unexpected(policy.error());
        auto& counted = all.emplace_back(
            Counted{.policy = std::move(*policy), .successes = session.integer(1), .failures = session.integer(2)});
        for (const auto& failure : *failures)
            if (auto details = json::parse(failure.text(0)))
                counted.details.emplace_back(std::move(*details), failure.integer(1));
    }
    return all;
}

base::Result<> Store::forget(Day day, const std::string& domain) {
    for (const std::string table : {"sessions", "failures"}) {
        const auto gone =
            database_.execute("DELETE FROM " + table + " WHERE day = ? AND domain = ?", {number(day), domain});
        if (!gone) return std::unexpected(gone.error());
    }
    return {};
}

base::Result<> Store::hand_over(Day day, const std::string& domain, const std::vector<std::string>& targets,
                                const std::string& id, const std::string& report, base::SystemTime now) {
    const std::lock_guard lock(*mutex_);
    return database_.transaction([&]() -> base::Result<> {
        for (const auto& target : targets) {
            const auto added = database_.execute(
                "INSERT INTO outgoing(domain, target, id, day, report, made, due) VALUES(?, ?, ?, ?, ?, ?, ?)",
                {domain, target, id, number(day), report, number(now), number(now)});
            if (!added) return std::unexpected(added.error());
        }
        return forget(day, domain);
    });
}

base::Result<std::vector<Outgoing>> Store::take_due(base::SystemTime now) {
    const std::lock_guard lock(*mutex_);
    std::vector<Outgoing> due;
    const auto taken = database_.transaction([&]() -> base::Result<> {
        const auto rows = database_.query(
            "SELECT number, domain, target, id, day, report FROM outgoing WHERE due <= ? ORDER BY number",
            {number(now)});
        if (!rows) return std::unexpected(rows.error());
        for (const auto& row : *rows)
            due.push_back({.number = row.integer(0),
                           .domain = row.text(1),
                           .target = row.text(2),
                           .id = row.text(3),
                           .day = day_of(row.integer(4)),
                           .report = row.text(5)});
        auto step = database_.execute("UPDATE outgoing SET due = ? WHERE due <= ?", {number(now) + hour, number(now)});
        // RFC 8460 §5.1 speaks of 24 hours of trying.
        if (step) step = database_.execute("DELETE FROM outgoing WHERE made <= ?", {number(now) - day_of_hours});
        if (!step) return std::unexpected(step.error());
        return {};
    });
    if (!taken) return std::unexpected(taken.error());
    return due;
}

base::Result<> Store::delivered(std::int64_t outgoing) {
    const std::lock_guard lock(*mutex_);
    const auto gone = database_.execute("DELETE FROM outgoing WHERE number = ?", {outgoing});
    if (!gone) return std::unexpected(gone.error());
    return {};
}

}  // namespace tlsrpt
