#pragma once
/// Bringing over another mail server: accounts, aliases, mail, Sieve scripts, keys, the certificate. What cannot come
/// is named; run again, it brings what is new there.
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "app/common/command.h"
#include "base/clock.h"
#include "bootstrap/start.h"
#include "moving/ledger.h"
#include "moving/mail_import.h"
#include "moving/scripts.h"
#include "moving/server.h"

namespace app {

/// How this server keeps the folders of its mailboxes.
moving::FolderStyle folder_style(const settings::Settings& settings);

struct ImportReport {
    struct Count {
        std::uint64_t brought = 0;
        std::uint64_t before = 0;
    };
    std::string from;  ///< which server it was; empty for a single mailbox
    Count accounts, aliases;
    moving::ScriptTally scripts;
    moving::MailTally mail;
    std::vector<std::string> keys;  ///< one sentence each
    std::string certificate;        ///< a sentence; empty: there is none to speak of
    std::vector<moving::Finding> findings;

    void add(const moving::MailImport& import);
};

/// For people, and as JSON.
std::string for_people(const ImportReport& report);
std::string as_json(const ImportReport& report);

struct ImportOptions {
    std::filesystem::path folder;  ///< the origin's
    bool replace_dkim_keys = false;
    /// Called before each mail with the number of all mails there are.
    std::function<void(std::uint64_t all)> on_mail = [](std::uint64_t) {};
};

/// `start` has taken the opening steps.
base::Result<> import_server(const moving::Origin& origin, bootstrap::Start& start,
                             const accounts::Workspace& workspace, const Installation& here, moving::Ledger& ledger,
                             const ImportOptions& options, ImportReport& report);

}  // namespace app
