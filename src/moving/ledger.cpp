#include "moving/ledger.h"

namespace moving {
namespace {

constexpr std::string_view schema[] = {R"sql(
CREATE TABLE brought(
    account TEXT NOT NULL,
    folder TEXT NOT NULL,
    mail TEXT NOT NULL,
    PRIMARY KEY(account, folder, mail)) WITHOUT ROWID;
)sql"};

}  // namespace

base::Result<Ledger> Ledger::open(const std::filesystem::path& file) {
    auto database = db::Database::open_current(file, schema);
    if (!database) return std::unexpected(database.error());
    return Ledger(std::move(*database));
}

base::Result<std::set<std::string>> Ledger::known(const std::string& account, const std::string& folder) {
    const auto rows = database_.query("SELECT mail FROM brought WHERE account = ? AND folder = ?", {account, folder});
    if (!rows) return std::unexpected(rows.error());
    std::set<std::string> all;
    for (const auto& row : *rows) all.insert(row.text(0));
    return all;
}

base::Result<> Ledger::note(const std::string& account, const std::string& folder,
                            const std::vector<std::string>& keys) {
    std::vector<std::vector<db::Value>> rows;
    for (const auto& key : keys) rows.push_back({account, folder, key});
    return database_.transaction([&] {
        return database_.execute_each("INSERT OR IGNORE INTO brought(account, folder, mail) VALUES(?, ?, ?)", rows);
    });
}

}  // namespace moving
