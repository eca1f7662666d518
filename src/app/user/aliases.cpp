#include "app/user/session.h"

namespace app::user {
namespace {

/// `info meier jens` and `info meier,jens` mean the same.
std::vector<std::string_view> targets_of(const Session& session) {
    std::vector<std::string_view> targets;
    for (const auto word : std::span(session.words.plain).subspan(1))
        for (const auto piece : base::split(word, ','))
            if (const auto target = base::trim(piece); !target.empty()) targets.push_back(target);
    return targets;
}

struct Line {
    std::string source;
    std::string target;
    std::string_view origin;
};

/// All aliases as one table, and where each comes from.
base::Result<std::vector<Line>> lines_of(Session& session) {
    const auto aliases = session.store.aliases();
    if (!aliases) return std::unexpected(aliases.error());
    const auto system = session.store.system_aliases();
    if (!system) return std::unexpected(system.error());
    std::vector<Line> lines;
    for (const auto& alias : aliases->plain) lines.push_back({alias.source, alias.target, "file"});
    for (const auto& alias : aliases->domains) lines.push_back({"@" + alias.source, "@" + alias.target, "file"});
    for (const auto& alias : aliases->patterns)
        for (const auto& target : alias.targets) lines.push_back({"/" + alias.pattern + "/", target, "file"});
    for (const auto& alias : *system) lines.push_back({alias.source, alias.target, "ADMIN_USER"});
    if (!session.words.plain.empty()) {
        const auto part = base::lower(session.word(0));
        std::erase_if(lines,
                      [&](const Line& line) { return !line.source.contains(part) && !line.target.contains(part); });
    }
    return lines;
}

json::Value entry_json(std::string_view result, const accounts::AliasEntry& entry) {
    return json::object({{"result", result}, {"alias", entry.source}, {"targets", array_of(entry.targets)}});
}

}  // namespace

base::Result<> alias_add(Session& session) {
    const auto added = session.users.aliases().add(session.word(0), targets_of(session));
    if (!added) return std::unexpected(added.error());
    std::string may;
    if (session.words.has("--send-as")) {
        std::vector<std::string> allowed;
        for (const auto& target : added->targets)
            if (session.users.add_grant(target, added->source)) allowed.push_back(target);
        if (allowed.empty())
            session.note(
                "nobody may send as this alias: only an address or @domain that leads to users here can be "
                "sent as");
        else
            may = std::format(" {} may send as {}.", base::join(allowed, ", "), added->source);
    }
    session.tell(entry_json("added", *added),
                 std::format("Added alias '{}' to '{}'.{}", added->source, base::join(added->targets, ", "), may));
    return {};
}

base::Result<> alias_del(Session& session) {
    const auto target = session.words.plain.size() > 1 ? std::optional(session.word(1)) : std::nullopt;
    const auto removed = session.users.aliases().remove(session.word(0), target);
    if (!removed) return std::unexpected(removed.error());
    // The right to send as an alias that is gone would be a surprise.
    for (const auto& login : removed->targets) (void)session.users.remove_grant(login, removed->source);
    session.tell(entry_json("removed", *removed),
                 std::format("Removed alias '{}' to '{}'.", removed->source, base::join(removed->targets, ", ")));
    return {};
}

base::Result<> alias_list(Session& session) {
    const auto lines = lines_of(session);
    if (!lines) return std::unexpected(lines.error());
    if (session.json()) {
        json::Value all = json::array();
        for (const auto& line : *lines)
            all.add(json::object({{"alias", line.source}, {"target", line.target}, {"origin", line.origin}}));
        session.command.out << json::dump(json::object({{"aliases", all}}), 2) << '\n';
        return {};
    }
    std::vector<std::vector<std::string>> rows;
    for (const auto& line : *lines) rows.push_back({line.source, line.target, std::string(line.origin)});
    session.table({"alias", "leads to", "from"}, {40, 40, 10}, rows);
    return {};
}

base::Result<> update_aliases(Session& session) {
    const auto number = session.users.aliases().update();
    if (!number) return std::unexpected(number.error());
    session.tell(json::object({{"result", "updated"}, {"aliases", *number}}),
                 std::format("Updated aliases: {} in force.", *number));
    return {};
}

base::Result<> send_as_add(Session& session) {
    const auto granted = session.users.add_grant(session.word(0), session.word(1));
    if (!granted) return std::unexpected(granted.error());
    session.tell(json::object({{"result", "granted"}, {"user", granted->login}, {"sender", granted->sender}}),
                 std::format("'{}' may send as '{}'.", granted->login, granted->sender));
    return {};
}

base::Result<> send_as_del(Session& session) {
    const auto taken = session.users.remove_grant(session.word(0), session.word(1));
    if (!taken) return std::unexpected(taken.error());
    session.tell(json::object({{"result", "removed"}, {"user", taken->login}, {"sender", taken->sender}}),
                 std::format("'{}' may no longer send as '{}', unless by an alias.", taken->login, taken->sender));
    return {};
}

base::Result<> send_as_list(Session& session) {
    const auto grants = session.store.grants();
    if (!grants) return std::unexpected(grants.error());
    const auto wanted = session.words.plain.empty() ? std::string() : base::lower(session.word(0));
    json::Value all = json::array();
    std::vector<std::vector<std::string>> rows;
    for (const auto& grant : *grants) {
        if (!wanted.empty() && grant.login != wanted) continue;
        all.add(json::object({{"user", grant.login}, {"sender", grant.sender}}));
        rows.push_back({grant.login, grant.sender});
    }
    if (session.json())
        session.command.out << json::dump(json::object({{"send_as", all}}), 2) << '\n';
    else
        session.table({"user", "may send as"}, {40, 40}, rows);
    return {};
}

}  // namespace app::user
