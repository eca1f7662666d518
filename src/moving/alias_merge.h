#pragma once
/// Another server's aliases put into the aliases file here. Pure.
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/site.h"
#include "moving/foreign.h"

namespace moving {

struct MergedAliases {
    std::string text;  ///< the file as it shall be; the same octets when there is nothing new
    std::size_t brought = 0;
    std::size_t before = 0;  ///< they lead there already
    std::vector<Finding> findings;
};

/// `text` must be a good aliases file. Aliases that are not possible here are left out and named; what one of the
/// others leads to may come in any order.
MergedAliases merge_aliases(std::string text, const std::vector<ForeignAlias>& aliases, const accounts::Site& site,
                            const std::set<std::string>& accounts);

/// The aliases with the domain in which the other server takes names without one.
void qualify(std::vector<ForeignAlias>& aliases, const std::string& domain);

}  // namespace moving
