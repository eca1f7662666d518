#include "accounts/alias_book.h"

#include <algorithm>
#include <format>

#include "accounts/alias_patterns.h"
#include "base/text.h"
#include "sys/command.h"
#include "sys/files.h"

namespace accounts {
namespace {

constexpr std::string_view aliases_name = "etc/postfix/valias";

base::Result<sys::FileLock> lock(const Workspace& workspace) {
    return sys::FileLock::take(workspace.database().string() + ".aliases-lock");
}

/// Names cannot hold what separates or comments them in the file.
base::Result<> check_name(std::string_view name) {
    const bool bad = name.empty() || name.starts_with('#') ||
                     name.find_first_of(" \t\r\n,") != std::string_view::npos || name.contains('\0');
    if (bad)
        return base::fail(std::format("'{}' is no address", base::printable(name, 80)), {}, base::ErrorKind::usage);
    return {};
}

}  // namespace

base::Result<std::string> AliasBook::read() const {
    auto text = sys::read_file(workspace_.aliases_file(), largest_aliases_file + 1);
    if (!text && text.error().kind == base::ErrorKind::not_found)
        return base::fail(
            std::format("cannot update the aliases: there is no {}/{}", workspace_.shown_root(), aliases_name),
            "Make it, empty when you want no aliases.", base::ErrorKind::not_found);
    return text;
}

base::Result<> AliasBook::write(const std::string& text) const {
    return sys::write_file(workspace_.aliases_file(), text);
}

base::Result<std::size_t> AliasBook::change(const Edit& edit) {
    const auto before = read();
    if (!before) return std::unexpected(before.error());
    const auto after = edit(*before);
    bool written = false;
    const auto changed = store_.replace_aliases([&](const std::set<std::string>& accounts) -> base::Result<Aliases> {
        auto aliases = parse_aliases(after, site_, accounts);
        if (!aliases) return std::unexpected(as_error(aliases.error(), aliases_name));
        if (after != *before) {
            if (auto done = write(after); !done) return std::unexpected(done.error());
            written = true;
        }
        return std::move(*aliases);
    });
    if (!changed) {
        if (written) (void)write(*before);
        return std::unexpected(changed.error());
    }
    if (auto tables = write_pattern_tables(); !tables) return std::unexpected(tables.error());
    return changed->size();
}

base::Result<std::size_t> AliasBook::update() {
    return edit([](const std::string& text) { return text; });
}

base::Result<std::size_t> AliasBook::edit(const Edit& change_text) {
    const auto locked = lock(workspace_);
    if (!locked) return std::unexpected(locked.error());
    return change(change_text);
}

base::Result<AliasEntry> AliasBook::add(std::string_view source, const std::vector<std::string_view>& targets) {
    const auto& domain = site_.domains.front();
    AliasEntry added{.source = canonical_alias_name(source, domain), .targets = {}};
    if (auto good = check_name(source); !good) return base::context("cannot add the alias", good.error());
    for (const auto target : targets) {
        if (auto good = check_name(target); !good) return base::context("cannot add the alias", good.error());
        added.targets.push_back(canonical_alias_name(target, domain));
    }
    const auto locked = lock(workspace_);
    if (!locked) return std::unexpected(locked.error());
    bool changed = false;
    const auto done = change([&](const std::string& text) {
        auto with = with_alias(text, domain, added);
        changed = with != text;
        return with;
    });
    if (!done) return std::unexpected(done.error());
    if (!changed)
        return base::fail(std::format("cannot add the alias: '{}' leads to '{}' already", added.source,
                                      base::join(added.targets, ", ")),
                          {}, base::ErrorKind::exists);
    return added;
}

base::Result<AliasEntry> AliasBook::remove(std::string_view source, const std::optional<std::string_view>& target) {
    const auto& domain = site_.domains.front();
    AliasEntry removed{.source = canonical_alias_name(source, domain), .targets = {}};
    std::optional<std::string> one;
    if (target) one = canonical_alias_name(*target, domain);
    const auto locked = lock(workspace_);
    if (!locked) return std::unexpected(locked.error());
    const auto text = read();
    if (!text) return std::unexpected(text.error());
    (void)edit_aliases(*text, domain, [&](const AliasEntry& entry) -> std::optional<AliasEntry> {
        if (entry.source == removed.source)
            for (const auto& each : entry.targets)
                if (!one || each == *one) removed.targets.push_back(each);
        return entry;
    });
    if (removed.targets.empty())
        return base::fail(one ? std::format("there is no alias '{}' that leads to '{}'", removed.source, *one)
                              : std::format("there is no alias '{}'", base::printable(removed.source, 100)),
                          "./user.sh alias list shows all of them.", base::ErrorKind::not_found);
    const auto done = change([&](const std::string& now) { return without_alias(now, domain, removed.source, one); });
    if (!done) return std::unexpected(done.error());
    return removed;
}

base::Result<> AliasBook::forget(const base::EmailAddress& account) {
    const auto locked = lock(workspace_);
    if (!locked) return std::unexpected(locked.error());
    const auto text = sys::read_file(workspace_.aliases_file(), largest_aliases_file + 1);
    if (!text) return {};  // no file, nothing to take out
    const auto without = without_target(*text, site_.domains.front(), account.str());
    return without == *text ? base::Result<>() : write(without);
}

base::Result<> AliasBook::rename(const base::EmailAddress& from, const base::EmailAddress& to, bool keep_alias,
                                 const std::function<base::Result<>()>& rest) {
    const auto locked = lock(workspace_);
    if (!locked) return std::unexpected(locked.error());
    const auto& domain = site_.domains.front();
    const auto before = sys::read_file(workspace_.aliases_file(), largest_aliases_file + 1);
    std::string after = before ? *before : std::string(empty_aliases_file());
    after = with_renamed(after, domain, from.str(), to.str());
    if (keep_alias) after = with_alias(after, domain, {.source = from.str(), .targets = {to.str()}});
    if (auto done = write(after); !done) return done;
    auto done = rest();
    if (!done) {
        if (before) (void)write(*before);
        return done;
    }
    return write_pattern_tables();
}

base::Result<> AliasBook::write_pattern_tables() {
    const auto aliases = store_.aliases();
    if (!aliases) return std::unexpected(aliases.error());
    const auto refusing = store_.refusing();
    if (!refusing) return std::unexpected(refusing.error());
    auto patterns = aliases->patterns;
    for (auto& alias : patterns)
        std::erase_if(alias.targets, [&](const std::string& target) { return refusing->contains(target); });
    std::erase_if(patterns, [](const RegexpAlias& alias) { return alias.targets.empty(); });
    const auto tables = pattern_tables(patterns, site_);
    bool changed = false;
    const auto put = [&](const std::filesystem::path& file, const std::string& content) -> base::Result<> {
        if (const auto present = sys::read_file(file); present && *present == content) return {};
        changed = true;
        if (auto made = sys::ensure_directory(file.parent_path()); !made) return made;
        return sys::write_file(file, content);
    };
    if (auto done = put(workspace_.pattern_aliases(), tables.recipients); !done) return done;
    if (auto done = put(workspace_.pattern_senders(), tables.senders); !done) return done;
    if (changed) tell_();
    return {};
}

void read_patterns_anew() {
    (void)sys::run(
        {.argv = {"postfix", "reload"}, .environment = {}, .input = {}, .timeout = std::chrono::seconds(10)});
}

base::Result<> ensure_aliases_file(const Workspace& workspace) {
    const auto file = workspace.aliases_file();
    std::error_code ignored;
    if (std::filesystem::exists(std::filesystem::symlink_status(file, ignored))) return {};
    if (auto made = sys::ensure_directory(file.parent_path()); !made) return made;
    return sys::write_file(file, empty_aliases_file());
}

}  // namespace accounts
