#pragma once
/// Everything that happens between the start of the program and the start of the first engine.
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "accounts/site.h"
#include "accounts/store.h"
#include "accounts/workspace.h"
#include "base/clock.h"
#include "base/secret.h"
#include "bootstrap/overrides.h"
#include "bootstrap/step.h"
#include "certs/source.h"
#include "engines/engine.h"
#include "settings/settings.h"

namespace bootstrap {

/// What of the settings the accounts depend on.
accounts::Site site_of(const settings::Settings& settings);
accounts::Workspace workspace_of(const settings::Settings& settings, const std::filesystem::path& root);

/// What the steps work with, and what they leave behind for the server.
struct Start {
    const settings::Settings& settings;
    engines::Paths paths;
    const base::Clock& clock;
    std::string version;  ///< of this program
    std::string build;    ///< what this program is a build of: an engine's check is repeated when it changes

    accounts::Workspace workspace() const { return workspace_of(settings, paths.workspace); }
    certs::Options certificates() const {
        auto options = certs::options_from(settings);
        options.workspace = paths.workspace;
        options.active = paths.certificate();
        options.names_folder = paths.name_certificates();
        return options;
    }
    /// Puts a certificate in place for the engines to start with; says which.
    std::function<base::Result<std::string>()> prepare_certificate;

    /// The accounts stay open as long as the server runs: SQLite's log then never has to be set up or taken down while
    /// an engine reads.
    std::optional<accounts::Store> accounts;
    base::Secret inner_key;   ///< what the engines show at the inner door; new at each start
    std::string login_nonce;  ///< in the hashes of passwords Dovecot tells the supervisor; new at each start
    std::vector<engines::Engine> engines;
    std::vector<OverrideReport> overrides;  ///< one an engine
    /// Engines that did not come up with the present overrides, and what they said.
    std::map<std::string, std::string> refused_overrides;
};

/// The list of first-start steps. `start` must outlive it.
std::vector<Step> start_steps(Start& start);

/// The first of them by themselves, for a command that works on a workspace without a server: its folders, up to date,
/// and the accounts.
std::vector<Step> opening_steps(Start& start);

/// The last of them by itself: done again when an engine does not come up with the operator's new overrides.
Step engine_configuration(Start& start);

}  // namespace bootstrap
