#include "bootstrap/snapshot.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <format>

#include "base/text.h"
#include "db/database.h"
#include "sys/files.h"

namespace bootstrap {
namespace {

namespace fs = std::filesystem;

/// Nothing of ours there is as large; an operator's own file may be.
constexpr std::uintmax_t largest = 64 * 1024 * 1024;

/// All but what `trace` shows, which is large and may be lost.
constexpr std::string_view databases[] = {"etc/mailserver/accounts.sqlite",       "var/lib/mailserver/bans.sqlite",
                                          "var/lib/mailserver/import.sqlite",     "var/lib/mailserver/logins.sqlite",
                                          "var/lib/mailserver/mta-sts.sqlite",    "var/lib/mailserver/outbound.sqlite",
                                          "var/lib/mailserver/tls-reports.sqlite"};

std::unexpected<base::Error> problem(const fs::path& file, std::string_view why) {
    return base::fail(std::format("cannot copy {}: {}", file.string(), why));
}

/// A database is copied as such, and its companions (-wal, .last-good, .lock) are not needed then.
bool is_of_database(const fs::path& name) {
    return name.string().contains(".sqlite");
}

/// Mode and owner of what is there: the copy may be put back over the workspace.
base::Result<sys::FileMode> mode_of(const fs::path& file) {
    struct stat status{};
    if (::lstat(file.c_str(), &status) != 0) return problem(file, base::errno_text(errno));
    return sys::FileMode{.mode = status.st_mode & 07777, .owner = sys::Owner{status.st_uid, status.st_gid}};
}

/// The folders on the way to something in the workspace.
base::Result<> make_folders(const fs::path& workspace, const fs::path& target, const fs::path& name) {
    fs::path way;
    for (const auto& part : name) {
        const auto mode = mode_of(workspace / way);
        if (!mode) return std::unexpected(mode.error());
        if (const auto made = sys::ensure_directory(target / way, *mode); !made) return made;
        way /= part;
    }
    return {};
}

base::Result<> copy_entry(const fs::path& from, const fs::path& to) {
    struct stat status{};
    if (::lstat(from.c_str(), &status) != 0) return problem(from, base::errno_text(errno));
    const auto mode = mode_of(from);
    if (!mode) return std::unexpected(mode.error());
    std::error_code error;
    if (S_ISLNK(status.st_mode)) {
        const auto target = fs::read_symlink(from, error);
        return error ? problem(from, error.message()) : sys::write_symlink(to, target);
    }
    if (S_ISDIR(status.st_mode)) {
        if (const auto made = sys::ensure_directory(to, *mode); !made) return made;
        for (fs::directory_iterator entry(from, error), end; !error && entry != end; entry.increment(error)) {
            const auto name = entry->path().filename();
            if (is_of_database(name)) continue;
            if (const auto copied = copy_entry(entry->path(), to / name); !copied) return copied;
        }
        return error ? problem(from, error.message()) : base::Result<>{};
    }
    if (!S_ISREG(status.st_mode) || static_cast<std::uintmax_t>(status.st_size) > largest) return {};
    const auto content = sys::read_file(from, largest);
    if (!content) return std::unexpected(content.error());
    return sys::write_file(to, *content, *mode);
}

base::Result<> copy_database(const fs::path& from, const fs::path& to) {
    // A damaged one is the matter of who uses it.
    if (const auto condition = db::Database::examine(from); condition && !condition->good) return {};
    auto database = db::Database::open(from, db::Database::Mode::existing);
    if (!database) return std::unexpected(database.error());
    return database->copy_to(to);
}

}  // namespace

base::Result<> copy_small_state(const fs::path& workspace, const fs::path& target) {
    auto fresh = target;
    fresh += ".new";
    std::error_code error;
    fs::remove_all(fresh, error);
    if (error) return problem(fresh, error.message());
    if (const auto made = make_folders(workspace, fresh, "etc"); !made) return made;
    if (const auto copied = copy_entry(workspace / "etc", fresh / "etc"); !copied) return copied;
    for (const auto name : databases) {
        std::error_code ignored;
        if (!fs::exists(workspace / name, ignored)) continue;
        if (const auto made = make_folders(workspace, fresh, name); !made) return made;
        if (const auto copied = copy_database(workspace / name, fresh / name); !copied) return copied;
    }
    fs::rename(fresh, target, error);
    if (error) return problem(target, error.message());
    return sys::sync_directory(target.parent_path());
}

}  // namespace bootstrap
