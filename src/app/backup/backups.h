#pragma once
/// The server's backups, for the command and for what makes them by itself. What decides is in the layer `backup`.
#include <optional>
#include <string>

#include "app/common/command.h"
#include "backup/restic.h"
#include "backup/snapshot.h"
#include "settings/settings.h"
#include "sys/files.h"

namespace app {

/// The repository of the settings, its password being known. Makes up a password, and a key for SSH, when `may_make`.
/// usage: BACKUP_REPOSITORY is empty.
base::Result<backup::Restic> open_backups(const settings::Settings& settings, const Installation& here, bool may_make);

/// One command at a time makes or restores something. Says so on standard error when it has to wait for its turn.
base::Result<sys::FileLock> lock_backups(const Installation& here);

/// The same without waiting; nothing when it is another one's turn.
base::Result<std::optional<sys::FileLock>> try_lock_backups(const Installation& here);

/// What is backed up.
backup::Place backup_place(const settings::Settings& settings, const Installation& here);

/// What restic reads, while it does. Always the same, as restic finds by it what it has read before.
std::string automatic_snapshot(const Installation& here);

/// Makes a backup and removes old ones; what is told about it. The outcome is kept (backup/state.h). A repository that
/// was there and is gone is made anew only when `new_repository`.
base::Result<std::string> make_backup(const settings::Settings& settings, const Installation& here,
                                      bool new_repository);

/// "Backup: of …, tried out …." for `mailserver status`; empty when there was none.
std::string backup_line(const Installation& here);

/// Tries out the newest backup.
base::Result<std::string> verify_backup(const settings::Settings& settings, const Installation& here);

}  // namespace app
