/// What the operator's directory said last.
#include <algorithm>

#include "accounts/store.h"

namespace accounts {
namespace {

std::vector<directory::Person> people_of(const std::vector<db::Row>& rows) {
    std::vector<directory::Person> people;
    for (const auto& row : rows) {
        directory::Person person{.address = row.text(0), .aliases = {}, .quota = {}, .dn = {}};
        if (row.integer(1) >= 0) person.quota = static_cast<std::uint64_t>(row.integer(1));
        people.push_back(std::move(person));
    }
    return people;
}

}  // namespace

base::Result<std::vector<directory::Person>> Store::remembered(const base::EmailAddress& source) {
    const auto rows = database_.query(
        "SELECT address, coalesce(quota, -1) FROM directory_users WHERE source = ? ORDER BY address", {source.str()});
    if (!rows) return std::unexpected(rows.error());
    return people_of(*rows);
}

base::Result<std::vector<directory::Person>> Store::remembered() {
    const auto rows = database_.query(
        "SELECT address, coalesce(quota, -1) FROM directory_users WHERE source = address AND address NOT IN "
        "(SELECT address FROM accounts) ORDER BY address");
    if (!rows) return std::unexpected(rows.error());
    return people_of(*rows);
}

base::Result<> Store::remember(const base::EmailAddress& source, const std::vector<directory::Person>& people) {
    std::vector<directory::Person> wanted;
    std::vector<std::vector<db::Value>> rows;
    for (const auto& person : people) {
        // More than SQLite's integers can count is as good as no limit.
        const auto quota = person.quota ? std::min<std::uint64_t>(*person.quota, INT64_MAX) : 0;
        wanted.push_back({.address = person.address, .aliases = {}, .quota = {}, .dn = {}});
        if (person.quota) wanted.back().quota = quota;
        rows.push_back({source.str(), person.address, person.quota ? static_cast<std::int64_t>(quota) : -1});
    }
    const auto before = remembered(source);
    if (!before) return std::unexpected(before.error());
    // Almost always: then nobody has to wait for a writer.
    if (*before == wanted) return {};
    return database_.transaction([&]() -> base::Result<> {
        if (const auto cleared = database_.execute("DELETE FROM directory_users WHERE source = ?", {source.str()});
            !cleared)
            return std::unexpected(cleared.error());
        return database_.execute_each(
            "INSERT OR REPLACE INTO directory_users(source, address, quota) VALUES(?, ?, NULLIF(?, -1))", rows);
    });
}

}  // namespace accounts
