#include "app/backup/command.h"

#include <format>

#include "app/backup/backups.h"
#include "app/backup/restore.h"
#include "app/common/words.h"
#include "backup/state.h"
#include "base/text.h"
#include "json/json.h"

namespace app {
namespace {

constexpr std::string_view usage =
    "Usage: ./mailserver.sh backup <command> [options]\n"
    "   Backups of everything in the workspace, in the repository that BACKUP_REPOSITORY names.\n"
    "   Commands:\n"
    "          list                        - What backups there are, and how the last one went.\n"
    "          now                         - Make one now.\n"
    "          verify                      - Restore a part of the newest to a scratch place, and compare it.\n"
    "          restore                     - Everything, into an empty workspace; the server must be stopped.\n"
    "          restore --user <user>       - What a mailbox has no longer, into its folder Restored.\n"
    "          snapshot                    - A copy of this moment in a folder, for other backup programs.\n"
    "          help                        - Print help.\n"
    "   Options:\n"
    "          --snapshot <id>             - restore: another backup than the newest.\n"
    "          --folder <folder>           - restore --user: this folder only.\n"
    "          --new                       - now: begin a new repository where there was one.\n"
    "          --remove                    - snapshot: take the copy away.\n"
    "          --json                      - list: as JSON.\n";

constexpr std::string_view door = "./mailserver.sh backup";

struct Session {
    const settings::Settings& settings;
    const Installation& here;
    const Words& words;

    base::Result<std::string> list() const;
    base::Result<std::string> now() const { return make_backup(settings, here, words.has("--new")); }
    base::Result<std::string> verify() const { return verify_backup(settings, here); }
    base::Result<std::string> restore() const;
    base::Result<std::string> snapshot() const;
};

json::Value to_json(std::optional<base::SystemTime> time) {
    return time ? json::Value(std::format("{:%FT%TZ}", *time)) : json::Value();
}

json::Value to_json(const std::vector<backup::Snapshot>& all, const backup::State& state) {
    auto list = json::array();
    for (const auto& one : all)
        list.add(json::object({{"id", one.id},
                               {"time", to_json(one.time)},
                               {"server", one.host},
                               {"files", one.files},
                               {"octets", one.octets}}));
    return json::object({{"backups", list},
                         {"last_try", to_json(state.last_try)},
                         {"last_success", to_json(state.last_success)},
                         {"last_verified_restore", to_json(state.last_verified)},
                         {"failure", state.failure},
                         {"drill_failure", state.drill_failure}});
}

base::Result<std::string> Session::list() const {
    const auto restic = open_backups(settings, here, false);
    if (!restic) return std::unexpected(restic.error());
    const auto all = restic->list();
    if (!all) return std::unexpected(all.error());
    const auto state = backup::read_state(here.backup_state());
    if (!state) return std::unexpected(state.error());
    if (words.has("--json")) return json::dump(to_json(*all, *state), 2) + "\n";
    if (all->empty()) return "There is no backup yet.\n";
    auto table = std::format("{:<8}  {:<16}  {:>9}  {:>10}  {}\n", "ID", "TIME (UTC)", "FILES", "SIZE", "SERVER");
    for (const auto& one : *all)
        table += std::format("{:<8}  {:%F %H:%M}  {:>9}  {:>10}  {}\n", one.id.substr(0, 8), one.time, one.files,
                             base::human_size(one.octets), base::printable(one.host));
    if (state->last_verified) table += std::format("One was last tried out {:%F %H:%M} UTC.\n", *state->last_verified);
    for (const auto& warning : backup::warnings(*state)) table += "Warning: " + warning + ".\n";
    return table;
}

base::Result<std::string> Session::restore() const {
    const auto id = words.value("--snapshot");
    if (words.has("--user"))
        return restore_mailbox(settings, here,
                               {.user = words.value("--user"), .folder = words.value("--folder"), .snapshot = id});
    if (words.has("--folder"))
        return base::fail("--folder belongs to --user", "A folder is restored into a mailbox: --user jens@example.org.",
                          base::ErrorKind::usage);
    return restore_everything(settings, here, id);
}

base::Result<std::string> Session::snapshot() const {
    const auto lock = lock_backups(here);
    if (!lock) return std::unexpected(lock.error());
    const auto folder = here.backup_snapshot();
    if (words.has("--remove")) {
        if (auto removed = backup::remove_folder(folder); !removed) return std::unexpected(removed.error());
        return "";
    }
    const auto made = backup::make_snapshot(backup_place(settings, here), folder, base::RealClock().now());
    if (!made) {
        (void)backup::remove_folder(folder);
        return std::unexpected(made.error());
    }
    return std::format("{}: {} accounts, {} messages. Take it away when it is copied: {} snapshot --remove\n", folder,
                       made->accounts, made->messages, door);
}

struct Row {
    Form form;
    base::Result<std::string> (Session::*run)() const;
};

constexpr Row rows[] = {
    {{.name = "list", .door = door}, &Session::list},
    {{.name = "now", .options = "--new", .door = door}, &Session::now},
    {{.name = "verify", .door = door}, &Session::verify},
    {{.name = "restore", .options = "--user= --folder= --snapshot=", .door = door}, &Session::restore},
    {{.name = "snapshot", .options = "--remove", .door = door}, &Session::snapshot},
};

}  // namespace

base::ExitCode backup_command(Arguments arguments, const settings::Settings& settings, const Installation& here) {
    if (asks_for_help(arguments)) return print(std::string(usage));
    const auto chosen = choose(rows, arguments);
    if (!chosen) return report(chosen.error());
    const auto& [row, words] = *chosen;
    const Session session{.settings = settings, .here = here, .words = words};
    return print((session.*row->run)());
}

}  // namespace app
