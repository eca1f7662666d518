#pragma once
/// Which of the operator's overrides are in force: those in `<workspace>/etc/mailserver/override/<engine>/`, when the
/// engine accepts them; otherwise those of the last start that came up; otherwise none. A mistake in them costs the
/// operator a message, never the users their mail.
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "engines/engine.h"
#include "engines/overrides.h"

namespace bootstrap {

enum class InForce { current, last_good, none };

/// What became of one engine's overrides.
struct OverrideReport {
    std::string engine;
    InForce in_force = InForce::none;
    std::string problem;  ///< why the present ones are not in force, with file and line; empty when they are
    std::vector<std::string> warnings;
    engines::Overrides used;
    bool unproven = false;  ///< never seen to come up with them: if it does not, they are to blame
};

/// For the log and the start command, a line each: what is wrong and what is in force instead; nothing when all is
/// well.
std::vector<std::string> for_people(const OverrideReport& report);

/// The files of an engine's folder; none when there is no folder. Files that editors leave behind (`.x`, `x~`) do not
/// count. An error for what is no plain file of the operator's: a link, a pipe, one that others may write, one with a
/// NUL octet, one of more than 1 MiB.
base::Result<engines::Overrides> read_overrides(const engines::Paths& paths, std::string_view engine);

/// A line for each thing in the folder of overrides that belongs to no engine.
std::vector<std::string> strangers_among_overrides(const engines::Paths& paths);

/// The same files in one text, so that they are replaced in one step, and back; nothing for a text that is not one.
std::string to_text(const engines::Overrides& overrides);
std::optional<engines::Overrides> from_text(std::string_view text);

struct Configured {
    engines::Engine engine;
    OverrideReport overrides;
    bool checked = false;  ///< false: as before, nothing had to be checked
};

/// Puts the engine's configuration in place, as configure() does, with the best overrides there are. `refused`: why the
/// present ones must not be tried, empty when they may. Fails only when the engine refuses our own configuration.
base::Result<Configured> configure_with_overrides(const engines::Engine& engine, const engines::Paths& paths,
                                                  const std::string& build, const std::string& refused);

/// Notes that the engines came up with these: the present ones become the last good ones.
base::Result<> keep_as_good(const engines::Paths& paths, const std::vector<OverrideReport>& reports);

/// The warnings about an engine's overrides, or their first mistake as an error. Touches nothing of the server.
base::Result<std::vector<std::string>> check_overrides(const engines::Engine& engine, const engines::Paths& paths);

/// Makes the folder of overrides with a file in it that says what belongs there.
base::Result<> ensure_override_folder(const engines::Paths& paths);

}  // namespace bootstrap
