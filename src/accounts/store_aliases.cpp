/// The aliases in the store, and what follows from them.
#include <format>
#include <map>

#include "accounts/store.h"

namespace accounts {

base::Result<Aliases> Store::replace_aliases(
    const std::function<base::Result<Aliases>(const std::set<std::string>&)>& make) {
    Aliases made;
    const auto done = database_.transaction([&]() -> base::Result<> {
        const auto accounts = addresses();
        if (!accounts) return std::unexpected(accounts.error());
        auto wanted = make(*accounts);
        if (!wanted) return std::unexpected(wanted.error());
        made = std::move(*wanted);
        // The system's rows go as well, so that a line of the file that says the same is no duplicate.
        for (const char* sql : {"DELETE FROM aliases", "DELETE FROM domain_aliases", "DELETE FROM regexp_aliases"})
            if (const auto cleared = database_.execute(sql); !cleared) return std::unexpected(cleared.error());
        using Rows = std::vector<std::vector<db::Value>>;
        Rows plain, domains, patterns;
        for (const auto& alias : made.plain) plain.push_back({alias.source, alias.target});
        for (const auto& alias : made.domains) domains.push_back({alias.source, alias.target});
        for (std::int64_t position = 0; const auto& alias : made.patterns) {
            for (const auto& target : alias.targets) patterns.push_back({position, alias.pattern, target});
            ++position;
        }
        auto step = database_.execute_each("INSERT INTO aliases(source, target, origin) VALUES(?, ?, 'file')", plain);
        if (step) step = database_.execute_each("INSERT INTO domain_aliases(source, target) VALUES(?, ?)", domains);
        if (step)
            step = database_.execute_each("INSERT INTO regexp_aliases(position, pattern, target) VALUES(?, ?, ?)",
                                          patterns);
        if (!step) return step;
        return rebuild_derived();
    });
    if (!done) return std::unexpected(done.error());
    return made;
}

base::Result<Aliases> Store::aliases() {
    Aliases all;
    const auto plain =
        database_.query("SELECT source, target FROM aliases WHERE origin = 'file' ORDER BY source, target");
    if (!plain) return std::unexpected(plain.error());
    for (const auto& row : *plain) all.plain.push_back({row.text(0), row.text(1)});
    const auto domains = database_.query("SELECT source, target FROM domain_aliases ORDER BY source");
    if (!domains) return std::unexpected(domains.error());
    for (const auto& row : *domains) all.domains.push_back({row.text(0), row.text(1)});
    const auto patterns =
        database_.query("SELECT position, pattern, target FROM regexp_aliases ORDER BY position, target");
    if (!patterns) return std::unexpected(patterns.error());
    std::int64_t position = -1;
    for (const auto& row : *patterns) {
        if (row.integer(0) != position) all.patterns.push_back({row.text(1), {}});
        position = row.integer(0);
        all.patterns.back().targets.push_back(row.text(2));
    }
    return all;
}

base::Result<base::Domain> Store::target_of(const base::Domain& domain) {
    const auto rows = database_.query("SELECT target FROM domain_aliases WHERE source = ?", {domain.str()});
    if (!rows) return std::unexpected(rows.error());
    return rows->empty() ? domain : base::Domain::parse(rows->front().text(0));
}

base::Result<std::vector<std::string>> Store::aliases_of(const base::EmailAddress& target) {
    const auto rows = database_.query("SELECT source FROM aliases WHERE target = ? ORDER BY source", {target.str()});
    if (!rows) return std::unexpected(rows.error());
    std::vector<std::string> sources;
    for (const auto& row : *rows) sources.push_back(row.text(0));
    return sources;
}

base::Result<std::vector<Alias>> Store::system_aliases() {
    const auto rows =
        database_.query("SELECT source, target FROM aliases WHERE origin = 'system' ORDER BY source, target");
    if (!rows) return std::unexpected(rows.error());
    std::vector<Alias> all;
    for (const auto& row : *rows) all.push_back({row.text(0), row.text(1)});
    return all;
}

base::Result<> Store::apply(const Site& site) {
    std::vector<std::vector<db::Value>> sources;
    std::set<std::string> places{site.hostname.str()};
    for (const auto& domain : site.domains) places.insert(domain.str());
    for (const auto& place : places)
        for (const auto name : system_names()) sources.push_back({std::format("{}@{}", name, place)});
    return database_.transaction([&]() -> base::Result<> {
        auto step = database_.execute("DELETE FROM system_aliases");
        if (step) step = database_.execute("DELETE FROM facts WHERE name = 'administrator'");
        if (step)
            step = database_.execute("INSERT INTO facts(name, value) VALUES('administrator', ?)",
                                     {site.administrator.str()});
        if (!step) return std::unexpected(step.error());
        if (auto added = database_.execute_each("INSERT INTO system_aliases(source) VALUES(?)", sources); !added)
            return added;
        return rebuild_derived();
    });
}

base::Result<> Store::rebuild_derived() {
    auto step = database_.execute("DELETE FROM aliases WHERE origin = 'system'");
    if (step)
        step = database_.execute(R"sql(
INSERT INTO aliases(source, target, origin)
    SELECT s.source, f.value, 'system' FROM system_aliases s JOIN facts f ON f.name = 'administrator'
    WHERE EXISTS(SELECT 1 FROM accounts a WHERE a.address = f.value)
      AND NOT EXISTS(SELECT 1 FROM accounts a WHERE a.address = s.source)
      AND NOT EXISTS(SELECT 1 FROM aliases a WHERE a.source = s.source))sql");
    if (!step) return std::unexpected(step.error());
    return rebuild_refusals();
}

base::Result<std::set<std::string>> Store::refusing() {
    const auto rows = database_.query("SELECT recipient FROM lookup_access");
    if (!rows) return std::unexpected(rows.error());
    std::set<std::string> all;
    for (const auto& row : *rows) all.insert(row.text(0));
    return all;
}

base::Result<> Store::rebuild_refusals() {
    if (const auto cleared = database_.execute("DELETE FROM refusals"); !cleared)
        return std::unexpected(cleared.error());
    auto added = database_.execute(
        "INSERT INTO refusals(recipient, text) SELECT address, CASE reject_text WHEN '' THEN "
        "'This account cannot receive emails.' ELSE reject_text END FROM accounts WHERE send_only = 1");
    // Then the aliases all of whose targets refuse, then those that lead to these, and so on. A catch-all is left out:
    // without a target it takes nothing, and its row would refuse the domain's accounts too.
    while (added && *added > 0)
        added = database_.execute(R"sql(
INSERT INTO refusals(recipient, text)
    SELECT a.source, MIN(r.text) FROM aliases a LEFT JOIN refusals r ON r.recipient = a.target
    WHERE substr(a.source, 1, 1) <> '@'
      AND NOT EXISTS(SELECT 1 FROM refusals known WHERE known.recipient = a.source)
      AND NOT EXISTS(SELECT 1 FROM accounts s WHERE s.address = a.source)
    GROUP BY a.source HAVING COUNT(*) = COUNT(r.recipient))sql");
    if (!added) return std::unexpected(added.error());
    return {};
}

}  // namespace accounts
