#include "app/user/session.h"

namespace app::user {
namespace {

base::Result<accounts::RejectKind> kind_of(std::string_view text) {
    if (text == "sender") return accounts::RejectKind::sender;
    if (text == "recipient") return accounts::RejectKind::recipient;
    return base::fail(std::format("cannot refuse a '{}'", base::printable(text, 40)), "It is sender or recipient.",
                      base::ErrorKind::usage);
}

std::string_view name_of(accounts::RejectKind kind) {
    return kind == accounts::RejectKind::sender ? "sender" : "recipient";
}

json::Value reject_json(std::string_view result, const accounts::Reject& reject) {
    return json::object({{"result", result}, {"kind", name_of(reject.kind)}, {"pattern", reject.pattern}});
}

}  // namespace

base::Result<> app_password_add(Session& session) {
    std::vector<std::string> protocols;
    if (session.words.has("--protocols"))
        for (const auto piece : base::split(session.words.value("--protocols"), ','))
            protocols.emplace_back(base::trim(piece));
    const auto made = session.users.add_app_password(session.word(0), session.word(1), std::move(protocols));
    if (!made) return std::unexpected(made.error());
    session.tell(json::object({{"result", "created"},
                               {"user", base::lower(session.word(0))},
                               {"name", session.word(1)},
                               {"password", made->reveal()}}),
                 std::format("Created app password '{}' for '{}', it is:'{}'. It is not shown again.", session.word(1),
                             base::lower(session.word(0)), made->reveal()));
    return {};
}

base::Result<> app_password_del(Session& session) {
    const auto removed = session.users.remove_app_password(session.word(0), session.word(1));
    if (!removed) return std::unexpected(removed.error());
    if (session.logins) (void)session.logins->forget_app_password(removed->str(), std::string(session.word(1)));
    session.tell(json::object({{"result", "removed"}, {"user", removed->str()}, {"name", session.word(1)}}),
                 std::format("Removed app password '{}' of '{}'.", session.word(1), removed->str()));
    return {};
}

base::Result<> app_password_list(Session& session) {
    const auto shown = session.users.show(session.word(0));
    if (!shown) return std::unexpected(shown.error());
    std::map<std::string, logins::Visit> uses;
    if (session.logins)
        if (auto known = session.logins->app_password_uses(shown->user.account.address)) uses = std::move(*known);
    json::Value all = json::array();
    std::vector<std::vector<std::string>> rows;
    for (const auto& one : shown->app_passwords) {
        const auto used = uses.find(one.name);
        const auto visit = used == uses.end() ? std::nullopt : std::optional(used->second);
        const auto created = std::format("{:%Y-%m-%d}", one.created);
        all.add(json::object({{"name", one.name},
                              {"created", created},
                              {"protocols", array_of(one.protocols)},
                              {"last_use", visit_json(visit)}}));
        rows.push_back({one.name, created, base::join(one.protocols, ","), visit_text(visit)});
    }
    if (session.json())
        session.command.out << json::dump(json::object({{"app_passwords", all}}), 2) << '\n';
    else
        session.table({"name", "created", "good for", "last use"}, {30, 10, 20, 20}, rows);
    return {};
}

base::Result<> reject_add(Session& session) {
    const auto kind = kind_of(session.word(0));
    if (!kind) return std::unexpected(kind.error());
    const auto added = session.users.add_reject(*kind, session.word(1));
    if (!added) return std::unexpected(added.error());
    session.tell(
        reject_json("added", *added),
        std::format("Mail {} '{}' is refused.", *kind == accounts::RejectKind::sender ? "from" : "to", added->pattern));
    return {};
}

base::Result<> reject_del(Session& session) {
    const auto kind = kind_of(session.word(0));
    if (!kind) return std::unexpected(kind.error());
    const auto removed = session.users.remove_reject(*kind, session.word(1));
    if (!removed) return std::unexpected(removed.error());
    session.tell(reject_json("removed", *removed),
                 std::format("Mail {} '{}' is no longer refused.",
                             *kind == accounts::RejectKind::sender ? "from" : "to", removed->pattern));
    return {};
}

base::Result<> reject_list(Session& session) {
    const auto rejects = session.store.rejects();
    if (!rejects) return std::unexpected(rejects.error());
    json::Value all = json::array();
    std::vector<std::vector<std::string>> rows;
    for (const auto& reject : *rejects) {
        const std::string origin = reject.from_settings ? "settings.env" : "command";
        all.add(json::object({{"kind", name_of(reject.kind)}, {"pattern", reject.pattern}, {"origin", origin}}));
        rows.push_back({reject.pattern, std::string(name_of(reject.kind)), origin});
    }
    if (session.json())
        session.command.out << json::dump(json::object({{"rejects", all}}), 2) << '\n';
    else
        session.table({"address or domain", "refused as", "from"}, {40, 10, 12}, rows);
    return {};
}

}  // namespace app::user
