#include "reports/store.h"

#include <algorithm>
#include <array>

#include "db/put_aside.h"

namespace reports {
namespace {

constexpr std::array<std::string_view, 1> schema{R"sql(
CREATE TABLE reports(
    number INTEGER PRIMARY KEY,
    reporter TEXT NOT NULL,
    id TEXT NOT NULL,
    domain TEXT NOT NULL,
    tls INTEGER NOT NULL,
    organization TEXT NOT NULL,
    begun BIGINT NOT NULL,
    ended BIGINT NOT NULL,
    received BIGINT NOT NULL,
    UNIQUE(reporter, id, domain, tls));
CREATE INDEX reports_by_ended ON reports(ended);
CREATE TABLE sources(
    report BIGINT NOT NULL REFERENCES reports(number) ON DELETE CASCADE,
    address TEXT NOT NULL,
    disposition TEXT NOT NULL,
    dkim INTEGER NOT NULL,
    spf INTEGER NOT NULL,
    mails BIGINT NOT NULL);
CREATE INDEX sources_by_report ON sources(report);
CREATE TABLE sessions(
    report BIGINT NOT NULL REFERENCES reports(number) ON DELETE CASCADE,
    result TEXT NOT NULL,
    receiver TEXT NOT NULL,
    sessions BIGINT NOT NULL);
CREATE INDEX sessions_by_report ON sessions(report);
)sql"};

std::int64_t seconds(base::SystemTime time) {
    return time.time_since_epoch().count();
}

/// The condition on `reports` that all questions of since() share.
constexpr std::string_view matters = " WHERE reports.ended > ? AND (? = '' OR reports.domain = ?) ";

std::string sql(std::string_view before, std::string_view after) {
    return std::string(before) + std::string(matters) + std::string(after);
}

}  // namespace

base::Result<Store> Store::open(const std::filesystem::path& file) {
    auto database = db::open_or_renew(file, "reports", "a new one is begun", schema);
    if (!database) return std::unexpected(database.error());
    return Store(std::move(*database));
}

base::Result<Store> Store::open_to_read(const std::filesystem::path& file) {
    auto database = db::Database::open(file, db::Database::Mode::read_only);
    if (!database) return std::unexpected(database.error());
    return Store(std::move(*database));
}

base::Result<bool> Store::add(const Report& report, const std::string& reporter, base::SystemTime now) {
    bool added = false;
    const auto done = database_.transaction([&]() -> base::Result<> {
        const auto written = write(report, reporter, now);
        if (!written) return std::unexpected(written.error());
        added = *written;
        return {};
    });
    if (!done) return std::unexpected(done.error());
    return added;
}

base::Result<bool> Store::write(const Report& report, const std::string& reporter, base::SystemTime now) {
    // Nobody reports on the future; what is said to be older than we keep anything counts as of the day it came.
    const auto ended = report.ended > now || report.ended < now - kept ? now : report.ended;
    const auto changed = database_.execute(
        "INSERT INTO reports(reporter, id, domain, tls, organization, begun, ended, received) "
        "VALUES(?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        {reporter, report.id, report.domain, std::int64_t{report.kind == Kind::tls}, report.organization,
         seconds(report.begun), seconds(ended), seconds(now)});
    if (!changed) return std::unexpected(changed.error());
    if (*changed == 0) return false;
    const auto number = database_.query("SELECT MAX(number) FROM reports");
    if (!number) return std::unexpected(number.error());
    const auto report_number = number->front().integer(0);
    std::vector<std::vector<db::Value>> sources, sessions;
    for (const auto& row : report.sources)
        sources.push_back(
            {report_number, row.address, row.disposition, std::int64_t{row.dkim}, std::int64_t{row.spf}, row.mails});
    for (const auto& row : report.sessions) sessions.push_back({report_number, row.result, row.receiver, row.sessions});
    auto done = database_.execute_each(
        "INSERT INTO sources(report, address, disposition, dkim, spf, mails) VALUES(?, ?, ?, ?, ?, ?)", sources);
    if (done)
        done = database_.execute_each("INSERT INTO sessions(report, result, receiver, sessions) VALUES(?, ?, ?, ?)",
                                      sessions);
    if (!done) return std::unexpected(done.error());
    const auto gone = database_.execute("DELETE FROM reports WHERE received < ? OR number <= ?",
                                        {seconds(now - kept), report_number - most_reports});
    if (!gone) return std::unexpected(gone.error());
    return true;
}

base::Result<Told> Store::since(base::SystemTime since, const std::string& domain) {
    const std::initializer_list<db::Value> places = {seconds(since), domain, domain};
    const auto counts = database_.query(sql("SELECT tls, COUNT(*) FROM reports", "GROUP BY tls"), places);
    const auto reporters =
        database_.query(sql("SELECT DISTINCT reporter FROM reports", "ORDER BY reporter LIMIT 1000"), places);
    const auto sources = database_.query(
        sql("SELECT domain, address, disposition, dkim, spf, SUM(mails) FROM sources "
            "JOIN reports ON reports.number = sources.report",
            "GROUP BY domain, address, disposition, dkim, spf ORDER BY domain, SUM(mails) DESC, address, disposition"),
        places);
    const auto sessions =
        database_.query(sql("SELECT domain, result, receiver, SUM(sessions) FROM sessions "
                            "JOIN reports ON reports.number = sessions.report",
                            "GROUP BY domain, result, receiver ORDER BY domain, SUM(sessions) DESC, result, receiver"),
                        places);
    for (const auto* rows : {&counts, &reporters, &sources, &sessions})
        if (!*rows) return std::unexpected(rows->error());
    Told told;
    for (const auto& row : *counts) (row.integer(0) == 0 ? told.dmarc_reports : told.tls_reports) = row.integer(1);
    for (const auto& row : *reporters) told.reporters.push_back(row.text(0));
    for (const auto& row : *sources)
        told.sources.push_back(
            {row.text(0), {row.text(1), row.text(2), row.integer(3) != 0, row.integer(4) != 0, row.integer(5)}});
    for (const auto& row : *sessions)
        told.sessions.push_back({row.text(0), {row.text(1), row.text(2), row.integer(3)}});
    return told;
}

base::Result<Totals> Store::totals(base::SystemTime since) {
    Totals totals;
    for (const auto& [statement, sums] :
         {std::pair(
              "SELECT domain, dkim OR spf, SUM(mails) FROM sources JOIN reports ON reports.number = sources.report "
              "WHERE reports.ended > ? GROUP BY 1, 2 ORDER BY 1, 2",
              &totals.mails),
          std::pair("SELECT domain, result = '', SUM(sessions) FROM sessions JOIN reports ON reports.number = "
                    "sessions.report WHERE reports.ended > ? GROUP BY 1, 2 ORDER BY 1, 2",
                    &totals.sessions)}) {
        const auto rows = database_.query(statement, {seconds(since)});
        if (!rows) return std::unexpected(rows.error());
        for (const auto& row : *rows) sums->push_back({row.text(0), row.integer(1) != 0, row.integer(2)});
    }
    return totals;
}

}  // namespace reports
