#pragma once
/// `mailserver sync`: accounts at other IMAP servers that are kept the same as mailboxes here. The supervisor runs them
/// (upkeep.h); a change is in force within seconds.
#include <functional>
#include <iosfwd>

#include "accounts/store.h"
#include "app/common/command.h"
#include "app/common/words.h"
#include "app/sync/run.h"
#include "base/clock.h"

namespace app {

/// What the command works on.
struct SyncCommand {
    const settings::Settings& settings;
    const Installation& here;
    accounts::Store& store;
    const base::Clock& clock;
    std::function<base::Result<imapsync::FolderMap>(const SyncRun&)> find_folders;
    std::istream& in;
    std::ostream& out;

    base::Result<> run(Arguments words) const;
};

base::ExitCode sync_command(Arguments arguments, const settings::Settings& settings, const Installation& here);

/// The account that options name: --host, --port, --login, --map, and the password as the only line of `in`.
base::Result<accounts::Sync> provider_in(const Words& words, const settings::Settings& settings, std::istream& in);

/// The options it reads, for a Form.
inline constexpr std::string_view provider_options = "--host= --port= --login= --map= --tls= --password-stdin";

}  // namespace app
