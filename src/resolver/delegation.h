#pragma once
/// The walk from a top-level domain down to the name servers of a zone. Private to this folder.
#include <span>
#include <string>
#include <vector>

#include "resolver/authority.h"

namespace resolver {

struct Found {
    std::vector<Zone> zones;
    bool any_reply = false;  ///< at least one name server could be asked directly
};

/// The zones that hold these names, each once, their servers tried.
Found find_zones(std::span<const std::string> names, Resolver& resolver, Servers& servers);

bool is_within(std::string_view name, std::string_view zone);

}  // namespace resolver
