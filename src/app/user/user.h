#pragma once
/// `mailserver user …`: the operator's commands for accounts and aliases. Parses the words of the command line, calls
/// accounts::Users, and says what happened in the words ./user.sh always had. Works whether or not the engines run.
#include <functional>
#include <iosfwd>
#include <span>
#include <string>
#include <string_view>

#include "accounts/users.h"
#include "accounts/workspace.h"
#include "base/clock.h"
#include "base/error.h"
#include "settings/settings.h"

namespace app {

/// Where the command works, and what it needs of the world.
struct UserCommand {
    const settings::Settings& settings;
    accounts::Workspace workspace;
    const base::Clock& clock;
    accounts::Users::EndSessions end_sessions;   ///< accounts::end_sessions
    std::function<void()> new_patterns = [] {};  ///< accounts::read_patterns_anew
    std::string container_id;                    ///< for the status lines of `help`; empty: the server is stopped
    std::istream& in;                            ///< where --password-stdin reads
    std::ostream& out;
    std::ostream& err;

    /// Runs the commands that `help` lists; `words` are what follows `user`.
    base::ExitCode run(std::span<const std::string_view> words) const;
};

}  // namespace app
