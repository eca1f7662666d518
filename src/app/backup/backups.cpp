#include "app/backup/backups.h"

#include <unistd.h>

#include <filesystem>
#include <format>
#include <functional>
#include <iostream>

#include "backup/drill.h"
#include "backup/schedule.h"
#include "backup/state.h"
#include "base/log.h"
#include "base/text.h"
#include "crypto/password.h"
#include "sys/command.h"

namespace app {
namespace {

namespace fs = std::filesystem;

constexpr sys::FileMode private_file{.mode = 0600, .owner = {}}, private_folder{.mode = 0700, .owner = {}};

std::string lock_file(const Installation& here) {
    return here.state() + "/backup.lock";
}

/// A folder of the workspace as the operator sees it.
std::string shown(const Installation& here, const std::string& path) {
    return here.workspace == "/host" && path.starts_with("/host/") ? "_server_workspace_" + path.substr(5) : path;
}

base::Result<base::Secret> password_of(const settings::Settings& settings, const Installation& here, bool may_make) {
    if (!settings.backup.password.empty()) return settings.backup.password;
    const auto file = here.backup_files() + "/password";
    const auto kept = sys::read_file(file, 4096);
    if (kept) return base::Secret(std::string(base::trim(*kept)));
    if (kept.error().kind != base::ErrorKind::not_found) return std::unexpected(kept.error());
    if (!may_make)
        return base::fail("cannot read the backups: their password is not known here",
                          "Set BACKUP_PASSWORD to it, in settings.env.");
    auto made = crypto::random_password();
    if (!made) return made;
    auto written = sys::ensure_directory(here.backup_files(), private_folder);
    if (written) written = sys::write_file(file, made->reveal() + "\n", private_file);
    if (!written) return std::unexpected(written.error());
    return made;
}

base::Result<> make_ssh_key(const settings::Settings& settings, const Installation& here) {
    const auto file = here.backup_files() + "/id_ed25519";
    if (!settings.backup.repository.starts_with("sftp:") || fs::exists(file)) return {};
    if (auto made = sys::ensure_directory(here.backup_files(), private_folder); !made) return made;
    const auto outcome = sys::run({.argv = {"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C",
                                            "mailserver " + settings.hostname.str(), "-f", file},
                                   .environment = {}});
    if (!outcome) return std::unexpected(outcome.error());
    if (outcome->exit_code != 0)
        return base::fail("cannot make a key for SSH: " + base::printable(base::trim(outcome->output)));
    return {};
}

/// A command of the operator, in the shell.
base::Result<> run_command_of_operator(const std::string& command, std::string_view key, const std::string& result) {
    if (command.empty()) return {};
    const auto outcome = sys::run({.argv = {"setpriv", "--pdeathsig", "KILL", "/bin/sh", "-c", command},
                                   .environment = {"BACKUP_RESULT=" + result},
                                   .timeout = std::chrono::hours(12)});
    if (!outcome) return base::context(std::format("cannot run {}", key), outcome.error());
    if (outcome->exit_code == 0) return {};
    return base::fail(std::format("{} ended with exit code {}: {}", key, outcome->exit_code,
                                  base::printable(base::trim(outcome->output))));
}

/// The repository's id; it is made when there was none before.
base::Result<std::string> repository_id(const backup::Restic& restic, const backup::State& state,
                                        const Installation& here, bool new_repository) {
    const auto& name = restic.repository().name;
    std::error_code ignored;
    if (restic.repository().is_folder() && !fs::is_directory(name, ignored)) {
        if (!name.starts_with(here.workspace + "/"))
            return base::fail_transient(
                std::format("cannot reach the repository of backups: there is no folder {}", name),
                "Make it or mount its disk, then restart the server: ./start_mailserver.sh.");
        if (auto made = sys::ensure_directory(name, private_folder); !made) return std::unexpected(made.error());
    }
    auto id = restic.id();
    if (id || id.error().kind != base::ErrorKind::not_found) return id;
    if (!new_repository && state.repository == name && !state.repository_id.empty())
        return base::fail(std::format("the repository of backups is no longer in {}", name),
                          "Look whether its disk is mounted. To begin a new one: ./mailserver.sh backup now --new.");
    return restic.make();
}

base::Result<> keep_repository_small(const settings::Settings& settings, const backup::Restic& restic,
                                     backup::State& state, base::SystemTime now) {
    if (settings.backup.keep.empty()) return {};
    if (auto forgotten = restic.forget(settings.backup.keep); !forgotten) return forgotten;
    if (!backup::prune_is_due(state, now)) return {};
    if (auto pruned = restic.prune(); !pruned) return pruned;
    state.last_prune = now;
    return {};
}

/// The names this server's containers had, newest first; the present one is the first when something holds the lock.
std::vector<std::string> machines(const Installation& here) {
    const auto text = sys::read_file(here.state() + "/backup-machines");
    std::vector<std::string> names;
    if (text)
        for (const auto word : base::words(*text)) names.emplace_back(word);
    return names;
}

std::string this_machine() {
    std::string name(256, '\0');
    if (::gethostname(name.data(), name.size() - 1) != 0) return {};
    return name.substr(0, name.find('\0'));
}

/// restic's locks bear the container's name. Who holds the lock here knows that all of the others are dead.
base::Result<> note_machine(const Installation& here) {
    auto names = machines(here);
    const auto own = this_machine();
    if (own.empty() || (!names.empty() && names.front() == own)) return {};
    std::erase(names, own);
    names.insert(names.begin(), own);
    constexpr std::size_t most = 50;
    if (names.size() > most) names.resize(most);
    return sys::write_file(here.state() + "/backup-machines", base::join(names, "\n") + "\n", private_file);
}

std::string in_words(const base::Error& error) {
    return error.remedy.empty()
               ? error.text
               : error.text + ". " + std::string(error.remedy.substr(0, error.remedy.find_last_not_of('.') + 1));
}

/// From the operator's command before it to the snapshot in the repository.
base::Result<backup::Manifest> back_up(const settings::Settings& settings, const Installation& here,
                                       backup::State& state, bool new_repository) {
    const auto restic = open_backups(settings, here, true);
    if (!restic) return std::unexpected(restic.error());
    const auto id = repository_id(*restic, state, here, new_repository);
    if (!id) return std::unexpected(id.error());
    state.repository = settings.backup.repository;
    state.repository_id = *id;
    if (auto before = run_command_of_operator(settings.backup.before, "BACKUP_PRE_COMMAND", ""); !before)
        return std::unexpected(before.error());
    const base::RealClock clock;
    const auto folder = automatic_snapshot(here);
    const auto manifest = backup::make_snapshot(backup_place(settings, here), folder, clock.now());
    const auto summary = manifest ? restic->backup(folder) : std::unexpected(manifest.error());
    const auto removed = backup::remove_folder(folder);
    if (!summary) return std::unexpected(summary.error());
    state.last_success = clock.now();
    state.snapshot = summary->snapshot;
    state.octets = summary->octets;
    state.added = summary->added;
    if (!removed) return std::unexpected(removed.error());
    if (auto kept = keep_repository_small(settings, *restic, state, clock.now()); !kept)
        return std::unexpected(kept.error());
    return manifest;
}

}  // namespace

base::Result<backup::Restic> open_backups(const settings::Settings& settings, const Installation& here, bool may_make) {
    if (settings.backup.repository.empty())
        return base::fail("there are no backups: BACKUP_REPOSITORY is empty",
                          "Name their place in settings.env, then ./start_mailserver.sh.", base::ErrorKind::usage);
    auto password = password_of(settings, here, may_make);
    if (!password) return std::unexpected(password.error());
    if (may_make)
        if (auto made = make_ssh_key(settings, here); !made) return std::unexpected(made.error());
    const auto known = machines(here);
    return backup::Restic({.name = settings.backup.repository,
                           .password = std::move(*password),
                           .environment = settings.backup.environment,
                           .host = settings.hostname.str(),
                           .files = here.backup_files(),
                           .cache = here.state() + "/restic-cache",
                           .dead_machines = {known.begin(), known.end()}});
}

base::Result<std::optional<sys::FileLock>> try_lock_backups(const Installation& here) {
    if (const auto made = sys::ensure_directory(here.state(), private_folder); !made)
        return std::unexpected(made.error());
    auto lock = sys::FileLock::try_take(lock_file(here));
    if (!lock && lock.error().kind == base::ErrorKind::exists) return std::nullopt;
    if (!lock) return std::unexpected(lock.error());
    if (auto noted = note_machine(here); !noted) return std::unexpected(noted.error());
    return std::move(*lock);
}

base::Result<sys::FileLock> lock_backups(const Installation& here) {
    auto lock = try_lock_backups(here);
    if (!lock) return std::unexpected(lock.error());
    if (*lock) return std::move(**lock);
    std::cerr << "Another backup, its trial or a restore is under way; this one begins when it has ended.\n";
    return sys::FileLock::take(lock_file(here));
}

std::string automatic_snapshot(const Installation& here) {
    return here.state() + "/backup-snapshot";
}

backup::Place backup_place(const settings::Settings& settings, const Installation& here) {
    return {.workspace = here.workspace,
            .hostname = settings.hostname.str(),
            .index_dir = settings.mailboxes.index_dir,
            .repository = settings.backup.repository};
}

base::Result<std::string> make_backup(const settings::Settings& settings, const Installation& here,
                                      bool new_repository) {
    const auto lock = lock_backups(here);
    if (!lock) return std::unexpected(lock.error());
    auto state = backup::read_state(here.backup_state());
    if (!state) return std::unexpected(state.error());
    const base::RealClock clock;
    const auto began = clock.now();
    state->last_try = began;
    state->running = true;
    if (auto written = backup::write_state(here.backup_state(), *state); !written)
        return std::unexpected(written.error());

    auto manifest = back_up(settings, here, *state, new_repository);
    auto after = run_command_of_operator(settings.backup.after, "BACKUP_POST_COMMAND", manifest ? "ok" : "failed");
    if (manifest && !after) manifest = std::unexpected(after.error());
    state->running = false;
    state->duration = clock.now() - began;
    state->failure = manifest ? "" : in_words(manifest.error());
    if (auto written = backup::write_state(here.backup_state(), *state); !written)
        return std::unexpected(written.error());
    if (!manifest) return std::unexpected(manifest.error());
    auto told = std::format("Backup {} made: {} accounts, {} messages, {}; {} of it new. It took {} s.\n",
                            state->snapshot.substr(0, 8), manifest->accounts, manifest->messages,
                            base::human_size(state->octets), base::human_size(state->added), state->duration.count());
    if (settings.backup.password.empty())
        told += std::format("Keep a copy of {}/password elsewhere: without it no backup can be read.\n",
                            shown(here, here.backup_files()));
    return told;
}

base::Result<std::string> verify_backup(const settings::Settings& settings, const Installation& here) {
    const auto lock = lock_backups(here);
    if (!lock) return std::unexpected(lock.error());
    auto state = backup::read_state(here.backup_state());
    if (!state) return std::unexpected(state.error());
    const auto restic = open_backups(settings, here, false);
    const auto drilled = restic ? backup::drill(*restic, here.backup_scratch()) : std::unexpected(restic.error());
    state->last_drill = base::RealClock().now();
    if (drilled) state->last_verified = state->last_drill;
    state->drill_failure = drilled ? "" : in_words(drilled.error());
    if (auto written = backup::write_state(here.backup_state(), *state); !written)
        return std::unexpected(written.error());
    if (!drilled) return std::unexpected(drilled.error());
    return std::format(
        "Backup {} of {:%F %H:%M} UTC can be restored: the repository is whole, {} databases with {} accounts are, and "
        "{} "
        "of {} messages were compared.\n",
        drilled->snapshot.substr(0, 8), drilled->manifest.made, drilled->databases, drilled->manifest.accounts,
        drilled->manifest.sample.size(), drilled->manifest.messages);
}

std::string backup_line(const Installation& here) {
    const auto state = backup::read_state(here.backup_state());
    if (!state || !state->last_success) return {};
    return std::format("Backup: the last one is of {:%F %H:%M} UTC, {}.\n", *state->last_success,
                       state->last_verified ? std::format("one was tried out {:%F %H:%M} UTC", *state->last_verified)
                                            : "none was tried out yet");
}

}  // namespace app
