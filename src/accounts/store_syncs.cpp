/// Which accounts at other IMAP servers are kept the same as which mailboxes.
#include <format>

#include "accounts/store.h"

namespace accounts {

base::Result<> Store::add_sync(const Sync& sync) {
    return database_.transaction([&]() -> base::Result<> {
        const auto account = database_.query("SELECT 1 FROM accounts WHERE address = ?", {sync.address});
        if (!account) return std::unexpected(account.error());
        if (account->empty())
            return base::fail(std::format("User '{}' does not exist.", sync.address), "./user.sh list shows all users.",
                              base::ErrorKind::not_found);
        const auto done = database_.execute(
            "INSERT INTO syncs(address, host, port, login, password, every, two_way, expunge, folders, since) "
            "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            {sync.address, sync.host, std::int64_t{sync.port}, sync.login, sync.password.reveal(),
             std::int64_t{sync.every.count()}, std::int64_t{sync.two_way}, std::int64_t{sync.expunge}, sync.folders,
             std::int64_t{sync.since.time_since_epoch().count()}});
        if (!done && done.error().kind == base::ErrorKind::exists)
            return base::fail(std::format("{} is synchronised with this login at {} already", sync.address, sync.host),
                              std::format("To change it: ./mailserver.sh sync del {}, then add; no mail is lost or "
                                          "copied twice by this.",
                                          sync.address),
                              base::ErrorKind::exists);
        if (!done) return std::unexpected(done.error());
        return {};
    });
}

base::Result<std::int64_t> Store::remove_sync(const std::string& address, const std::string& host) {
    const auto removed =
        database_.execute("DELETE FROM syncs WHERE address = ? AND (? = '' OR host = ?)", {address, host, host});
    if (!removed) return std::unexpected(removed.error());
    if (*removed == 0)
        return base::fail(
            std::format("{} is not synchronised with any server{}", address, host.empty() ? "" : " of this name"),
            "`./mailserver.sh sync list` shows all.", base::ErrorKind::not_found);
    return *removed;
}

base::Result<std::vector<Sync>> Store::syncs() {
    const auto rows = database_.query(
        "SELECT address, host, port, login, password, every, two_way, expunge, folders, since FROM syncs "
        "ORDER BY address, host, login");
    if (!rows) return std::unexpected(rows.error());
    std::vector<Sync> all;
    for (const auto& row : *rows)
        all.push_back({.address = row.text(0),
                       .host = row.text(1),
                       .port = static_cast<unsigned>(row.integer(2)),
                       .login = row.text(3),
                       .password = base::Secret(row.text(4)),
                       .every = std::chrono::seconds(row.integer(5)),
                       .two_way = row.integer(6) != 0,
                       .expunge = row.integer(7) != 0,
                       .folders = row.text(8),
                       .since = base::SystemTime(std::chrono::seconds(row.integer(9)))});
    return all;
}

}  // namespace accounts
