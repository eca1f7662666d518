#pragma once
/// Which version of this server wrote the workspace, and bringing a workspace of an older one up to date. Before
/// anything is changed, what is small and cannot be had again (accounts, aliases, keys, certificates, settings of the
/// own making) is copied; mail is not. The schema of the accounts is brought up to date where they are opened
/// (accounts/schema.h); all other changes of the workspace's files are steps here.
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"

namespace bootstrap {

/// One change of the workspace's files. A kill in the middle means that it is run again from its beginning: what it has
/// done already must be no hindrance. Once released it stays as it is.
struct WorkspaceStep {
    std::string_view what;  ///< "the queue moved to var/spool"
    std::function<base::Result<>(const std::filesystem::path& workspace)> run;
};

/// All steps there ever were, in their order: a workspace of format n has taken the first n.
std::span<const WorkspaceStep> workspace_steps();

/// What this program is and understands.
struct Program {
    std::string version;
    std::span<const WorkspaceStep> steps;
    std::size_t accounts_schema = 0;  ///< number of steps of the accounts' schema
};

/// As etc/mailserver/workspace.json has it.
struct Stamp {
    std::string version;              ///< of the program that wrote the workspace last
    std::size_t format = 0;           ///< steps taken
    std::size_t accounts_schema = 0;  ///< steps of the accounts' schema that this program took
    std::string upgrading_to;         ///< the version for which a copy was made, while its steps are not all taken
    bool operator==(const Stamp&) const = default;
};

std::string to_text(const Stamp& stamp);
base::Result<Stamp> parse_stamp(std::string_view text);

constexpr std::size_t kept_snapshots = 3;

/// Where the copies are, one folder for each, with the paths of the workspace in it.
std::filesystem::path snapshots(const std::filesystem::path& workspace);

/// To be called with nobody else at work on the workspace, before anything in it is opened. Refuses one of a newer
/// program. Says in a few words what was done. Killed at any moment, it is completed by the next call.
base::Result<std::string> upgrade_workspace(const std::filesystem::path& workspace, const Program& program,
                                            base::SystemTime now);

}  // namespace bootstrap
