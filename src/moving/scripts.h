#pragma once
/// A user's Sieve scripts, put where Dovecot looks for them (~/sieve, ~/.dovecot.sieve).
#include <string>
#include <vector>

#include "moving/foreign.h"
#include "moving/server.h"
#include "sys/files.h"

namespace moving {

struct ScriptTally {
    std::uint64_t brought = 0;
    std::uint64_t before = 0;
};

/// Scripts of other names stay, also the active one.
base::Result<> bring_scripts(const Folder& home, const std::vector<ForeignScript>& scripts, sys::Owner owner,
                             const std::string& account, ScriptTally& tally, std::vector<Finding>& findings);

}  // namespace moving
