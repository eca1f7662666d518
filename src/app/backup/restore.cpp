#include "app/backup/restore.h"

#include <algorithm>
#include <filesystem>
#include <format>
#include <vector>

#include "accounts/inbox.h"
#include "accounts/store.h"
#include "accounts/workspace.h"
#include "app/backup/backups.h"
#include "app/common/status_file.h"
#include "backup/drill.h"
#include "backup/mailbox.h"
#include "base/text.h"
#include "bootstrap/start.h"
#include "sys/command.h"

namespace app {
namespace {

namespace fs = std::filesystem;

/// Where the missing messages go, in the user's mailbox.
constexpr std::string_view parent = "Restored";

base::Result<> refuse_used_workspace(const Installation& here) {
    std::error_code ignored;
    const accounts::Workspace workspace{.root = here.workspace};
    const bool used = fs::exists(workspace.database(), ignored) || !accounts::all_homes(workspace).empty();
    if (!used) return {};
    return base::fail("cannot restore everything: the workspace has accounts or mail already",
                      "Move _server_workspace_ away, and restore into a new one; or restore one mailbox with --user.",
                      base::ErrorKind::exists);
}

/// No number that a message got after the backup is given to another one.
base::Result<> raise_uids(const fs::path& inboxes) {
    std::error_code error;
    for (fs::recursive_directory_iterator entry(inboxes, error), end; !error && entry != end; entry.increment(error)) {
        if (entry->path().filename() != "dovecot-uidlist" || entry->is_symlink() || !entry->is_regular_file()) continue;
        const auto list = sys::read_file(entry->path(), 1024ull * 1024 * 1024);
        if (!list) return std::unexpected(list.error());
        const auto raised = backup::with_later_uids(*list);
        if (raised.empty()) continue;
        if (auto written = sys::write_in_place(entry->path(), raised); !written) return written;
    }
    return {};
}

/// Moves everything to where it belongs. What is moved last is what makes the workspace one with accounts.
base::Result<> move_into(const fs::path& from, const fs::path& to) {
    std::error_code error;
    std::vector<fs::path> entries;
    for (const auto& entry : fs::directory_iterator(from, error)) entries.push_back(entry.path());
    const auto is_late = [](const fs::path& path) { return path.filename() == "etc"; };
    std::ranges::stable_partition(entries, [&](const fs::path& path) { return !is_late(path); });
    for (const auto& entry : entries) {
        const auto target = to / entry.filename();
        const bool merge = fs::is_directory(fs::symlink_status(entry, error)) && fs::is_directory(target, error);
        if (merge) {
            if (auto moved = move_into(entry, target); !moved) return moved;
            continue;
        }
        fs::rename(entry, target, error);
        if (error)
            return base::fail(std::format("cannot move {} into the workspace: {}", entry.string(), error.message()),
                              "Put that right, then repeat the command: it goes on where it stopped.");
    }
    if (auto synced = sys::sync_directory(to); !synced) return synced;
    return {};
}

/// Everything into a folder beside, whole and compared.
base::Result<> fetch_everything(const settings::Settings& settings, const Installation& here, std::string_view snapshot,
                                const std::string& folder) {
    const auto restic = open_backups(settings, here, false);
    if (!restic) return std::unexpected(restic.error());
    const auto chosen = restic->find(snapshot);
    if (!chosen) return std::unexpected(chosen.error());
    if (auto removed = backup::remove_folder(folder); !removed) return removed;
    if (auto made = sys::ensure_directory(folder, {.mode = 0700, .owner = {}}); !made) return made;
    if (auto restored = restic->restore(chosen->id, folder, {}); !restored) return restored;
    const auto manifest = backup::read_manifest(folder);
    if (!manifest) return std::unexpected(manifest.error());
    if (const auto compared = backup::compare(folder, *manifest); !compared) return std::unexpected(compared.error());
    return raise_uids(fs::path(folder) / "mail/inboxes");
}

/// The sum of messages in the folders below `parent`.
std::uint64_t count_restored(const std::string& user) {
    const auto outcome =
        sys::run({.argv = {"doveadm", "-f", "tab", "mailbox", "status", "-u", user, "messages", std::string(parent),
                           std::string(parent) + ".*", std::string(parent) + "/*"},
                  .environment = {}});
    std::uint64_t sum = 0;
    if (outcome)
        for (const auto line : base::split(outcome->output, '\n'))
            if (const auto tab = line.rfind('\t'); tab != std::string_view::npos)
                sum += base::parse_number(line.substr(tab + 1)).value_or(0);
    return sum;
}

base::Result<> import(const settings::Mailboxes& mailboxes, const std::string& user, const std::string& maildir) {
    std::vector<std::string> argv{"doveadm", "import", "-s", "-u", user};
    if (mailboxes.layout == settings::MailboxLayout::fs) argv.insert(argv.end(), {"-p", "mailbox_list_layout=fs"});
    if (mailboxes.utf8_names) argv.insert(argv.end(), {"-p", "mailbox_list_utf8=yes"});
    argv.insert(argv.end(), {"maildir:" + maildir, std::string(parent), "ALL"});
    const auto outcome = sys::run({.argv = argv, .environment = {}, .timeout = std::chrono::hours(12)});
    if (!outcome) return base::context("cannot bring the messages back", outcome.error());
    if (outcome->exit_code == 0) return {};
    const auto said = base::trim(outcome->output);
    return base::fail("cannot bring all messages back: " + base::printable(said.substr(0, said.find('\n'))),
                      said.contains("uota") ? "Give the mailbox more room (./user.sh quota), then repeat the command."
                                            : "Repeat the command: it brings what is still missing.");
}

}  // namespace

base::Result<std::string> restore_everything(const settings::Settings& settings, const Installation& here,
                                             std::string_view snapshot) {
    if (auto made = sys::ensure_directory(here.state(), {.mode = 0700, .owner = {}}); !made)
        return std::unexpected(made.error());
    const auto server = sys::FileLock::try_take(here.state() + "/lock");
    if (!server && server.error().kind == base::ErrorKind::exists)
        return base::fail("cannot restore everything: the server is running",
                          "Stop it (./stop_mailserver.sh), or restore one mailbox with --user.");
    if (!server) return std::unexpected(server.error());
    const auto lock = lock_backups(here);
    if (!lock) return std::unexpected(lock.error());

    const std::string folder = here.workspace + "/.restore", whole = here.workspace + "/.restore-whole";
    std::error_code error;
    if (!fs::exists(whole, error)) {
        if (auto free = refuse_used_workspace(here); !free) return std::unexpected(free.error());
        if (auto fetched = fetch_everything(settings, here, snapshot, folder); !fetched) {
            (void)backup::remove_folder(folder);
            return std::unexpected(fetched.error());
        }
        if (auto marked = sys::write_file(whole, ""); !marked) return std::unexpected(marked.error());
    }
    if (auto moved = move_into(folder, here.workspace); !moved) return std::unexpected(moved.error());
    const auto manifest = backup::read_manifest(here.workspace);
    if (!manifest) return std::unexpected(manifest.error());
    if (auto removed = backup::remove_folder(folder); !removed) return std::unexpected(removed.error());
    fs::remove(whole, error);
    return std::format(
        "Restored {} of {:%F %H:%M} UTC: {} accounts, {} messages, {} in the queue. Start the server: "
        "./start_mailserver.sh\n",
        manifest->hostname, manifest->made, manifest->accounts, manifest->messages, manifest->queued);
}

base::Result<std::string> restore_mailbox(const settings::Settings& settings, const Installation& here,
                                          const MailboxChoice& choice) {
    const auto address = base::EmailAddress::parse(choice.user);
    if (!address) return base::fail(address.error().text, address.error().remedy, base::ErrorKind::usage);
    const auto folders = choice.folder.empty()
                             ? base::Result<std::vector<std::string>>{std::vector<std::string>{"Maildir"}}
                             : backup::folder_paths(choice.folder, settings.mailboxes);
    if (!folders) return std::unexpected(folders.error());
    if (const auto status = read_status(here.status_file()); !status) return std::unexpected(status.error());
    auto store = accounts::Store::open(here.accounts_database());
    if (!store) return std::unexpected(store.error());
    if (const auto account = store->get(*address); !account) return std::unexpected(account.error());
    const auto lock = lock_backups(here);
    if (!lock) return std::unexpected(lock.error());
    const auto restic = open_backups(settings, here, false);
    if (!restic) return std::unexpected(restic.error());
    const auto chosen = restic->find(choice.snapshot);
    if (!chosen) return std::unexpected(chosen.error());

    const auto workspace = bootstrap::workspace_of(settings, here.workspace);
    const auto scratch = here.restore_scratch(), home = accounts::home_name(*address);
    if (auto removed = backup::remove_folder(scratch); !removed) return std::unexpected(removed.error());
    if (auto made = sys::ensure_directory(scratch, {.mode = 0700, .owner = workspace.mail_owner}); !made)
        return std::unexpected(made.error());
    const auto done = [&]() -> base::Result<std::string> {
        std::vector<std::string> paths;
        for (const auto& folder : *folders) paths.push_back("/" + home + "/" + folder);
        if (auto restored = restic->restore(chosen->id, scratch, paths); !restored)
            return std::unexpected(restored.error());
        const auto maildir = scratch + "/" + home + "/Maildir";
        const auto missing = backup::keep_missing(maildir, here.workspace + "/" + home);
        if (!missing) return std::unexpected(missing.error());
        const auto what = choice.folder.empty()
                              ? address->str()
                              : std::format("{} of {}", base::printable(choice.folder), address->str());
        std::error_code ignored;
        if (std::ranges::none_of(paths, [&](const auto& path) { return fs::exists(scratch + path, ignored); }))
            return base::fail(std::format("the backup of {:%F %H:%M} UTC has no {}", chosen->time, what),
                              "`./mailserver.sh backup list` shows others: --snapshot=ID.", base::ErrorKind::not_found);
        const auto before = count_restored(address->str());
        if (missing->found > missing->present)
            if (auto imported = import(settings.mailboxes, address->str(), maildir); !imported)
                return std::unexpected(imported.error());
        return std::format(
            "Brought back {} of the {} messages in the backup of {:%F %H:%M} UTC ({}), into the folder {}. The mailbox "
            "has "
            "the others.\n",
            count_restored(address->str()) - before, missing->found, chosen->time, what, parent);
    }();
    const auto removed = backup::remove_folder(scratch);
    if (done && !removed) return std::unexpected(removed.error());
    return done;
}

}  // namespace app
