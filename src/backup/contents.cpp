#include "backup/contents.h"

#include <algorithm>

namespace backup {
namespace {

/// Comes back by itself, or belongs to this machine alone.
constexpr std::string_view left_out[] = {
    "monitoring-data",
    "var/cache",
    "etc/mailserver/accounts.sqlite.last-good",
    "var/lib/mailserver/lock",
    "var/lib/mailserver/snapshot",
    "var/lib/mailserver/backup-snapshot",
    "var/lib/mailserver/backup-scratch",
    "var/lib/mailserver/restic-cache",
    "var/lib/mailserver/backup-machines",
    "var/lib/mailserver/backup.json",
    "var/lib/mailserver/backup.lock",
    "var/lib/mailserver/backup-manifest.json",
    "var/lib/mailserver/trace.sqlite",
    "mail/restore-scratch",
};
constexpr std::string_view apart[] = {"mail/inboxes", "var/spool/postfix"};

/// ClamAV's own databases; other files there are the operator's.
bool is_project_signature(std::string_view name) {
    return name.starts_with("main.") || name.starts_with("daily.") || name.starts_with("bytecode.") ||
           name.starts_with("tmp.") || name == "freshclam.dat";
}

std::string_view name_of(std::string_view path) {
    return path.substr(path.rfind('/') + 1);
}

}  // namespace

Taking Contents::of(std::string_view path, bool is_folder) const {
    if (std::ranges::contains(apart, path)) return Taking::apart;
    if (std::ranges::contains(left_out, path) || std::ranges::contains(left_out_, path)) return Taking::leave;
    const auto name = name_of(path);
    if (path.starts_with("var/lib/clamav/") && is_project_signature(name)) return Taking::leave;
    if (path.starts_with(".restore")) return Taking::leave;
    if (is_folder) return Taking::enter;
    // Of a database's log what is committed is in the copy.
    if (name.ends_with(".sqlite-wal") || name.ends_with(".sqlite-shm") || name.ends_with(".damaged"))
        return Taking::leave;
    return name.ends_with(".sqlite") ? Taking::database : Taking::link;
}

bool holds_messages(std::string_view folder) {
    const auto name = name_of(folder);
    return name == "cur" || name == "new";
}

bool is_kept_of_home(std::string_view folder, std::string_view name, bool is_folder) {
    if (holds_messages(folder)) return true;
    if (is_folder) return name != "fts-flatcurve";
    // A message on its way in is answered for only when it has left this folder.
    if (name_of(folder) == "tmp") return false;
    return !name.starts_with("dovecot.index") && !name.starts_with("dovecot.list.index") &&
           !name.starts_with("dovecot.mailbox.log") && !name.ends_with(".lock") && !name.ends_with(".svbin");
}

}  // namespace backup
