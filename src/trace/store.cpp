#include "trace/store.h"

#include <algorithm>
#include <array>

#include "db/put_aside.h"

namespace trace {
namespace {

/// Mails have ascending numbers, so what is old is together everywhere.
constexpr std::array<std::string_view, 1> schema{R"sql(
CREATE TABLE mails(
    number INTEGER PRIMARY KEY,
    queue_id TEXT NOT NULL,
    begun BIGINT NOT NULL);
CREATE INDEX mails_by_queue_id ON mails(queue_id);
CREATE INDEX mails_by_begun ON mails(begun);
CREATE TABLE facts(
    mail BIGINT NOT NULL,
    moment BIGINT NOT NULL,
    kind TEXT NOT NULL,
    details TEXT NOT NULL,
    PRIMARY KEY(mail, moment)) WITHOUT ROWID;
CREATE TABLE words(
    word TEXT NOT NULL,
    mail BIGINT NOT NULL,
    PRIMARY KEY(word, mail)) WITHOUT ROWID;
CREATE INDEX words_by_mail ON words(mail);
CREATE TABLE refusals(
    kind TEXT NOT NULL,
    provider TEXT NOT NULL,
    mail BIGINT NOT NULL,
    moment BIGINT NOT NULL,
    PRIMARY KEY(kind, provider, mail)) WITHOUT ROWID;
)sql"};

constexpr std::int64_t microseconds = 1'000'000;
constexpr std::size_t most_numbers = 10'000;
/// So many mails go in one transaction, which others wait for.
constexpr std::int64_t removed_at_once = 2'000;

std::int64_t moment_of(base::SystemTime time) {
    return time.time_since_epoch().count() * microseconds;
}

using Rows = std::vector<std::vector<db::Value>>;

}  // namespace

base::Result<Store> Store::open(const std::filesystem::path& file) {
    auto database = db::open_or_renew(file, "trace", "a new one is begun", schema);
    if (!database) return std::unexpected(database.error());
    return Store(std::move(*database));
}

base::Result<Store> Store::open_to_read(const std::filesystem::path& file) {
    auto database = db::Database::open(file, db::Database::Mode::read_only);
    if (!database) return std::unexpected(database.error());
    return Store(std::move(*database));
}

base::Result<std::int64_t> Store::number_from(std::string_view sql, std::initializer_list<db::Value> values) {
    const auto rows = database_.query(sql, values);
    if (!rows) return std::unexpected(rows.error());
    return rows->empty() ? 0 : rows->front().integer(0);
}

base::Result<> Store::add(std::span<const Fact> facts) {
    auto added = database_.transaction([&] { return write(facts); });
    // Some of these may be of mails that are not there after all.
    if (!added || numbers_.size() > most_numbers) numbers_.clear();
    return added;
}

base::Result<> Store::write(std::span<const Fact> facts) {
    Rows events, words, refusals;
    for (const auto& fact : facts) {
        const auto number = number_of(fact);
        if (!number) return std::unexpected(number.error());
        events.push_back({*number, fact.moment, fact.kind, json::dump(fact.details)});
        for (const auto& word : fact.words) words.push_back({word, *number});
        if (!fact.refusal.empty()) refusals.push_back({fact.refusal, fact.provider, *number, fact.moment});
    }
    // A clock that was set back may give a moment twice.
    auto done = database_.execute_each(
        "INSERT INTO facts(mail, moment, kind, details) VALUES(?, ?, ?, ?) ON CONFLICT DO NOTHING", events);
    if (done) done = database_.execute_each("INSERT INTO words(word, mail) VALUES(?, ?) ON CONFLICT DO NOTHING", words);
    if (done)
        done = database_.execute_each(
            "INSERT INTO refusals(kind, provider, mail, moment) VALUES(?, ?, ?, ?) "
            "ON CONFLICT(kind, provider, mail) DO UPDATE SET moment = excluded.moment",
            refusals);
    return done;
}

base::Result<std::int64_t> Store::number_of(const Fact& fact) {
    if (!fact.queue_id.empty()) {
        if (const auto known = numbers_.find(fact.queue_id); known != numbers_.end()) return known->second;
        const auto found = number_from("SELECT number FROM mails WHERE queue_id = ?", {fact.queue_id});
        if (!found) return found;
        if (*found > 0) return numbers_[fact.queue_id] = *found;
    }
    const auto added =
        database_.execute("INSERT INTO mails(queue_id, begun) VALUES(?, ?)", {fact.queue_id, fact.moment});
    if (!added) return std::unexpected(added.error());
    const auto number = number_from("SELECT MAX(number) FROM mails");
    if (number && !fact.queue_id.empty()) numbers_[fact.queue_id] = *number;
    return number;
}

base::Result<Found> Store::find(const std::string& what, base::SystemTime since, std::size_t limit) {
    const auto rows = database_.query(
        "SELECT number, queue_id FROM mails WHERE queue_id = ? AND queue_id <> '' "
        "UNION SELECT mails.number, mails.queue_id FROM words JOIN mails ON mails.number = words.mail "
        "WHERE words.word = ? AND words.mail >= "
        "COALESCE((SELECT number FROM mails WHERE begun >= ? ORDER BY begun LIMIT 1), 9223372036854775807) "
        "ORDER BY 1 DESC LIMIT ?",
        {what, key_of(what), moment_of(since), static_cast<std::int64_t>(limit) + 1});
    if (!rows) return std::unexpected(rows.error());
    Found found{.mails = {}, .more = rows->size() > limit};
    for (const auto& row : *rows) {
        if (found.mails.size() == limit) break;
        auto& mail = found.mails.emplace_back(Mail{.queue_id = row.text(1), .facts = {}});
        const auto facts =
            database_.query("SELECT moment, kind, details FROM facts WHERE mail = ? ORDER BY moment", {row.integer(0)});
        if (!facts) return std::unexpected(facts.error());
        for (const auto& fact : *facts)
            mail.facts.push_back({.moment = fact.integer(0),
                                  .queue_id = mail.queue_id,
                                  .kind = fact.text(1),
                                  .details = json::parse(fact.text(2)).value_or(json::object())});
    }
    return found;
}

base::Result<std::vector<RefusalCount>> Store::refusals(base::SystemTime since) {
    const auto rows = database_.query(
        "SELECT kind, provider, COUNT(*) FROM refusals WHERE moment >= ? GROUP BY kind, provider "
        "ORDER BY COUNT(*) DESC, kind, provider",
        {moment_of(since)});
    if (!rows) return std::unexpected(rows.error());
    std::vector<RefusalCount> all;
    for (const auto& row : *rows)
        all.push_back({.kind = row.text(0), .provider = row.text(1), .mails = row.integer(2)});
    return all;
}

base::Result<bool> Store::tidy(base::SystemTime oldest, std::int64_t most_octets) {
    const auto old = number_from(
        "SELECT COALESCE(MAX(number), 0) FROM (SELECT number FROM mails WHERE begun < ? ORDER BY number LIMIT ?) AS "
        "old",
        {moment_of(oldest), removed_at_once});
    if (!old) return std::unexpected(old.error());
    auto last = *old;
    if (last == 0) {
        const auto page_size = number_from("PRAGMA page_size"), pages = number_from("PRAGMA page_count"),
                   unused = number_from("PRAGMA freelist_count");
        if (!page_size || !pages || !unused)
            return std::unexpected((!page_size ? page_size : !pages ? pages : unused).error());
        if ((*pages - *unused) * *page_size <= most_octets) return false;
        const auto first = number_from(
            "SELECT COALESCE(MAX(number), 0) FROM (SELECT number FROM mails ORDER BY number LIMIT ?) AS first",
            {removed_at_once});
        if (!first) return std::unexpected(first.error());
        last = *first;
    }
    if (last == 0) return false;
    numbers_.clear();
    if (const auto removed = database_.transaction([&] { return remove_up_to(last); }); !removed)
        return std::unexpected(removed.error());
    return true;
}

base::Result<> Store::remove_up_to(std::int64_t number) {
    for (const std::string_view sql : {"DELETE FROM facts WHERE mail <= ?", "DELETE FROM words WHERE mail <= ?",
                                       "DELETE FROM refusals WHERE mail <= ?", "DELETE FROM mails WHERE number <= ?"})
        if (const auto gone = database_.execute(sql, {number}); !gone) return std::unexpected(gone.error());
    return {};
}

}  // namespace trace
