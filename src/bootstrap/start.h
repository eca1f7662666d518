#pragma once
/// Everything that happens between the start of the program and the start of the first engine.
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "accounts/site.h"
#include "accounts/store.h"
#include "accounts/workspace.h"
#include "base/clock.h"
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
    std::string build;  ///< what this program is a build of: an engine's check is repeated when it changes

    accounts::Workspace workspace() const { return workspace_of(settings, paths.workspace); }
    certs::Options certificates() const {
        auto options = certs::options_from(settings);
        options.workspace = paths.workspace;
        options.active = paths.certificate();
        return options;
    }
    /// Puts a certificate in place for the engines to start with; says which.
    std::function<base::Result<std::string>()> prepare_certificate;

    /// The accounts stay open as long as the server runs: SQLite's log then never has to be set up or taken down while
    /// an engine reads.
    std::optional<accounts::Store> accounts;
    std::vector<engines::Engine> engines;
};

/// The list of first-start steps. `start` must outlive it.
std::vector<Step> start_steps(Start& start);

}  // namespace bootstrap
