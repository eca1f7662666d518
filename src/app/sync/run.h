#pragma once
/// One run between an account at somebody else's IMAP server and a mailbox here: the folders there are asked for, then
/// mbsync does the work.
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "accounts/store.h"
#include "app/common/command.h"
#include "imapsync/configuration.h"
#include "imapsync/outcome.h"

namespace app {

struct SyncRun {
    imapsync::Job job;  ///< but for its folder
    base::Secret password;
    std::string folders;  ///< as imapsync::parse_wishes() reads it
    std::stop_token stop{};
    /// Gets how many mails are done, of how many; without it they are not counted.
    std::function<void(std::uint64_t done, std::uint64_t total)> on_progress = {};
};

SyncRun run_of(const accounts::Sync& sync);

/// Which folders belong together. The error says what the provider's server has against it; transient when it is only
/// away.
base::Result<imapsync::FolderMap> find_folders(const SyncRun& run, const settings::Settings& settings);

struct SyncDone {
    imapsync::Counts counts;
    std::string refusal;        ///< why a side did not take single mails
    std::uint64_t refused = 0;  ///< how many of them
    std::size_t folders = 0;
    std::vector<std::string> left_out;  ///< folders, with the reason
};

/// Waits while another process is busy with the same two. Broken off at any moment it goes on where it was.
base::Result<SyncDone> run_sync(SyncRun run, const settings::Settings& settings, const Installation& here);

}  // namespace app
