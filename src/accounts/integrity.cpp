#include "accounts/integrity.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <format>

#include "sys/files.h"

namespace accounts {
namespace {

namespace fs = std::filesystem;

/// When the database changed last: its file or its write-ahead log.
timespec last_change(const fs::path& database) {
    timespec latest{};
    for (const char* end : {"", "-wal"}) {
        struct stat status{};
        if (::stat((database.string() + end).c_str(), &status) != 0) continue;
        const auto& time = status.st_mtim;
        // An empty log is made by every reader.
        if (*end && status.st_size == 0) continue;
        if (std::pair(time.tv_sec, time.tv_nsec) > std::pair(latest.tv_sec, latest.tv_nsec)) latest = time;
    }
    return latest;
}

/// What the operator types to get the accounts back.
std::string restore_advice(const Workspace& workspace) {
    const auto folder = workspace.shown_root() + "/etc/mailserver";
    struct stat status{};
    if (::stat(workspace.last_good().c_str(), &status) != 0)
        return std::format("Restore {}/accounts.sqlite from your backup, and remove {}/accounts.sqlite-wal and -shm.",
                           folder, folder);
    const auto time = base::SystemTime(std::chrono::seconds(status.st_mtim.tv_sec));
    return std::format(
        "Bring back the last good copy ({:%Y-%m-%d %H:%M} UTC): cd {} && rm -f accounts.sqlite accounts.sqlite-wal "
        "accounts.sqlite-shm && cp -p accounts.sqlite.last-good accounts.sqlite",
        time, folder);
}

/// True when some folder of a user lies in mail/inboxes. Mail of the reference system waits for its import and is no
/// sign of a loss.
bool has_inboxes(const Workspace& workspace) {
    std::error_code ignored;
    if (fs::exists(workspace.root / "etc/dovecot/passwd", ignored)) return false;
    for (const auto& domain : fs::directory_iterator(workspace.inboxes(), ignored))
        for (const auto& home : fs::directory_iterator(domain.path(), ignored))
            if (home.path().filename().string().contains('@')) return true;
    return false;
}

/// Why there must have been users before, or an empty text.
std::string sign_of_users(const Workspace& workspace) {
    std::error_code ignored;
    if (fs::exists(workspace.last_good(), ignored)) {
        auto copy = db::Database::open(workspace.last_good(), db::Database::Mode::read_only);
        const auto known = copy ? copy->query("SELECT 1 FROM accounts LIMIT 1") : base::Result<std::vector<db::Row>>{};
        if (known && !known->empty()) return "the last good copy has some";
    }
    if (has_inboxes(workspace)) return "there are inboxes in mail/inboxes";
    return {};
}

std::unexpected<base::Error> refuse(const Workspace& workspace, std::string_view why) {
    return base::fail(std::format("cannot start without the accounts: {}: {}", workspace.database().string(), why),
                      restore_advice(workspace));
}

}  // namespace

base::Result<Store> open_at_start(const Workspace& workspace) {
    const auto file = workspace.database();
    std::error_code problem;
    const auto status = fs::symlink_status(file, problem);
    if (status.type() == fs::file_type::not_found) {
        if (const auto sign = sign_of_users(workspace); !sign.empty())
            return refuse(workspace, "the file is missing, though " + sign);
        // Without its users this server would refuse their mail for good.
        if (fs::exists(workspace.root / "etc/dovecot/passwd", problem))
            return base::fail(
                "cannot start: the workspace is one of t-lo's mailserver, and its accounts have not been "
                "brought over",
                "Bring them over: ./mailserver.sh import workspace " + workspace.shown_root());
        return Store::create(file);
    }
    const auto condition = db::Database::examine(file);
    if (!condition) return std::unexpected(condition.error());
    if (!condition->good) return refuse(workspace, "the file is damaged: " + condition->fault);
    {
        // A whole database without our tables was not made by us: create() shows a file only when it is complete.
        auto database = db::Database::open(file, db::Database::Mode::existing);
        if (!database) return std::unexpected(database.error());
        const auto version = database->query("PRAGMA user_version");
        if (!version) return std::unexpected(version.error());
        if (version->at(0).integer(0) == 0) return refuse(workspace, "the file has no accounts in it");
    }
    auto store = Store::open(file);
    if (!store) return store;
    const auto accounts = store->addresses();
    if (!accounts) return std::unexpected(accounts.error());
    const auto emptied = store->emptied_on_purpose();
    if (!emptied) return std::unexpected(emptied.error());
    if (accounts->empty() && !*emptied)
        if (const auto sign = sign_of_users(workspace); !sign.empty())
            return refuse(workspace, "the file has no accounts in it, though " + sign);
    return store;
}

base::Result<bool> refresh_last_good(const Workspace& workspace) {
    const auto target = workspace.last_good();
    const auto changed = last_change(workspace.database());
    const auto copied = last_change(target);
    if (changed.tv_sec == copied.tv_sec && changed.tv_nsec == copied.tv_nsec) return false;
    const auto condition = db::Database::examine(workspace.database());
    if (!condition) return std::unexpected(condition.error());
    if (!condition->good)
        return base::fail(
            std::format("cannot copy {}: the file is damaged: {}", workspace.database().string(), condition->fault),
            "The last good copy is kept. Stop the server. " + restore_advice(workspace));
    const auto fresh = target.string() + ".new";
    ::unlink(fresh.c_str());
    auto store = Store::open(workspace.database());
    if (!store) return std::unexpected(store.error());
    if (auto made = store->copy_to(fresh); !made) return std::unexpected(made.error());
    // The copy carries the time of the change it holds, so that a later change is never taken for copied.
    const timespec times[] = {changed, changed};
    if (::utimensat(AT_FDCWD, fresh.c_str(), times, 0) != 0 || ::rename(fresh.c_str(), target.c_str()) != 0)
        return base::fail(std::format("cannot write {}: {}", target.string(), base::errno_text(errno)));
    if (auto synced = sys::sync_directory(target.parent_path()); !synced) return std::unexpected(synced.error());
    return true;
}

}  // namespace accounts
