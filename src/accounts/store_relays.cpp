/// Through which servers mail of which senders leaves.
#include <format>

#include "accounts/store.h"

namespace accounts {

base::Result<> Store::add_relay(const Relay& relay) {
    const auto done = database_.execute(
        "INSERT INTO relays(sender, host, port, user, password, tls) VALUES(?, ?, ?, ?, ?, ?)",
        {relay.sender, relay.host, std::int64_t{relay.port}, relay.user, relay.password.reveal(), relay.tls});
    if (!done && done.error().kind == base::ErrorKind::exists)
        return base::fail(std::format("{} has a relay already", relay.sender),
                          std::format("To change it: ./mailserver.sh relay del {}, then add.", relay.sender),
                          base::ErrorKind::exists);
    if (!done) return std::unexpected(done.error());
    return {};
}

base::Result<> Store::remove_relay(const std::string& sender) {
    const auto removed = database_.execute("DELETE FROM relays WHERE sender = ?", {sender});
    if (!removed) return std::unexpected(removed.error());
    if (*removed == 0)
        return base::fail(std::format("{} has no relay", sender), "`./mailserver.sh relay list` shows all.",
                          base::ErrorKind::not_found);
    return {};
}

base::Result<std::vector<Relay>> Store::relays() {
    const auto rows = database_.query("SELECT sender, host, port, user, password, tls FROM relays ORDER BY sender");
    if (!rows) return std::unexpected(rows.error());
    std::vector<Relay> all;
    for (const auto& row : *rows)
        all.push_back({.sender = row.text(0),
                       .host = row.text(1),
                       .port = static_cast<unsigned>(row.integer(2)),
                       .user = row.text(3),
                       .password = base::Secret(row.text(4)),
                       .tls = row.text(5)});
    return all;
}

}  // namespace accounts
