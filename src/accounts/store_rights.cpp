/// App passwords, who may send as whom, and whose mail is refused.
#include <algorithm>
#include <array>
#include <format>

#include "accounts/store.h"
#include "base/text.h"

namespace accounts {
namespace {

std::string_view name_of(RejectKind kind) {
    return kind == RejectKind::sender ? "sender" : "recipient";
}

std::unexpected<base::Error> no_such(std::string text) {
    return base::fail(std::move(text), {}, base::ErrorKind::not_found);
}

/// Whoever may send as the address by itself, as anybody in its domain, or through an alias of the whole domain.
constexpr std::string_view senders = R"sql(
SELECT login FROM lookup_sender WHERE address = ?
UNION SELECT login FROM lookup_sender WHERE address = ?
UNION SELECT s.login FROM lookup_domain_alias d JOIN lookup_sender s ON s.address = ? || '@' || d.target WHERE d.source = ?)sql";

}  // namespace

std::span<const std::string_view> app_password_protocols() {
    static constexpr std::array<std::string_view, 4> all{"imap", "pop3", "sieve", "smtp"};
    return all;
}

base::Result<> Store::add_app_password(const base::EmailAddress& address, const AppPassword& added,
                                       const std::string& digest) {
    return database_.transaction([&]() -> base::Result<> {
        if (const auto account = get(address); !account) return std::unexpected(account.error());
        const auto done = database_.execute(
            "INSERT INTO app_passwords(address, name, digest, created, protocols) VALUES(?, ?, ?, ?, ?)",
            {address.str(), added.name, digest, std::int64_t{added.created.time_since_epoch().count()},
             base::join(added.protocols, " ")});
        if (!done && done.error().kind == base::ErrorKind::exists)
            return base::fail(std::format("cannot add the app password: '{}' has one of the name '{}' already",
                                          address.str(), added.name),
                              "Remove it first, or take another name.", base::ErrorKind::exists);
        if (!done) return std::unexpected(done.error());
        return {};
    });
}

base::Result<> Store::remove_app_password(const base::EmailAddress& address, const std::string& name) {
    const auto removed =
        database_.execute("DELETE FROM app_passwords WHERE address = ? AND name = ?", {address.str(), name});
    if (!removed) return std::unexpected(removed.error());
    if (*removed == 0) return no_such(std::format("'{}' has no app password '{}'", address.str(), name));
    return {};
}

base::Result<std::vector<AppPassword>> Store::app_passwords(const base::EmailAddress& address) {
    const auto rows = database_.query(
        "SELECT name, created, protocols FROM app_passwords WHERE address = ? ORDER BY name", {address.str()});
    if (!rows) return std::unexpected(rows.error());
    std::vector<AppPassword> all;
    for (const auto& row : *rows) {
        AppPassword one{
            .name = row.text(0), .created = base::SystemTime(std::chrono::seconds(row.integer(1))), .protocols = {}};
        for (const auto protocol : base::words(row.text(2))) one.protocols.emplace_back(protocol);
        all.push_back(std::move(one));
    }
    return all;
}

base::Result<> Store::add_grant(const Grant& grant) {
    const auto done =
        database_.execute("INSERT OR IGNORE INTO grants(login, sender) VALUES(?, ?)", {grant.login, grant.sender});
    if (!done) return std::unexpected(done.error());
    return {};
}

base::Result<> Store::remove_grant(const Grant& grant) {
    const auto removed =
        database_.execute("DELETE FROM grants WHERE login = ? AND sender = ?", {grant.login, grant.sender});
    if (!removed) return std::unexpected(removed.error());
    if (*removed == 0) return no_such(std::format("'{}' was not granted to send as '{}'", grant.login, grant.sender));
    return {};
}

base::Result<std::vector<Grant>> Store::grants(const std::optional<base::EmailAddress>& login) {
    const auto rows = login ? database_.query("SELECT login, sender FROM grants WHERE login = ? ORDER BY login, sender",
                                              {login->str()})
                            : database_.query("SELECT login, sender FROM grants ORDER BY login, sender");
    if (!rows) return std::unexpected(rows.error());
    std::vector<Grant> all;
    for (const auto& row : *rows) all.push_back({row.text(0), row.text(1)});
    return all;
}

base::Result<bool> Store::may_send(const base::EmailAddress& login, const base::EmailAddress& sender) {
    const auto& domain = sender.domain().str();
    const auto rows = database_.query(senders, {sender.str(), "@" + domain, sender.local(), domain});
    if (!rows) return std::unexpected(rows.error());
    return std::ranges::any_of(*rows, [&](const db::Row& row) { return row.text(0) == login.str(); });
}

base::Result<std::vector<std::string>> Store::senders_of(const base::EmailAddress& login) {
    const auto rows =
        database_.query("SELECT DISTINCT address FROM lookup_sender WHERE login = ? ORDER BY address", {login.str()});
    if (!rows) return std::unexpected(rows.error());
    std::vector<std::string> all;
    for (const auto& row : *rows) all.push_back(row.text(0));
    return all;
}

base::Result<> Store::add_reject(const Reject& reject) {
    const auto done = database_.execute("INSERT INTO rejects(kind, pattern, origin) VALUES(?, ?, 'command')",
                                        {std::string(name_of(reject.kind)), reject.pattern});
    if (!done && done.error().kind == base::ErrorKind::exists)
        return base::fail(std::format("'{}' is refused already", reject.pattern), {}, base::ErrorKind::exists);
    if (!done) return std::unexpected(done.error());
    return {};
}

base::Result<> Store::remove_reject(const Reject& reject) {
    const auto removed = database_.execute("DELETE FROM rejects WHERE kind = ? AND pattern = ? AND origin = 'command'",
                                           {std::string(name_of(reject.kind)), reject.pattern});
    if (!removed) return std::unexpected(removed.error());
    if (*removed == 0)
        return no_such(std::format("'{}' was not refused as a {} by a command", reject.pattern, name_of(reject.kind)));
    return {};
}

base::Result<std::vector<Reject>> Store::rejects() {
    const auto rows = database_.query("SELECT kind, pattern, origin FROM rejects ORDER BY kind DESC, pattern, origin");
    if (!rows) return std::unexpected(rows.error());
    std::vector<Reject> all;
    for (const auto& row : *rows)
        all.push_back({row.text(0) == "sender" ? RejectKind::sender : RejectKind::recipient, row.text(1),
                       row.text(2) == "settings"});
    return all;
}

base::Result<> Store::set_rejects_of_settings(const std::vector<Reject>& rejects) {
    std::vector<std::vector<db::Value>> rows;
    for (const auto& reject : rejects) rows.push_back({std::string(name_of(reject.kind)), reject.pattern});
    return database_.transaction([&]() -> base::Result<> {
        if (const auto cleared = database_.execute("DELETE FROM rejects WHERE origin = 'settings'"); !cleared)
            return std::unexpected(cleared.error());
        return database_.execute_each("INSERT OR IGNORE INTO rejects(kind, pattern, origin) VALUES(?, ?, 'settings')",
                                      rows);
    });
}

}  // namespace accounts
