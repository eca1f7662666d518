#pragma once
/// What an operator's configuration of Postfix must not do, whoever wrote it: relay for strangers, take passwords in
/// the clear, or move what the supervisor works with. Pure, and on the safe side: what cannot be judged from the text
/// alone (a table that may say OK) is refused where it would decide about relaying.
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace engines {

/// The value a server process sees for a parameter: of its -o options, else of main.cf; nothing when neither has it.
using ParameterLookup = std::function<std::optional<std::string>(std::string_view name)>;

struct Finding {
    std::string parameter;  ///< the one to blame
    std::string reason;     ///< "192.0.2.0/1 is wider than …"
};

/// The value with every $name, ${name} and $(name) filled in; an error for one that is not known or conditional.
base::Result<std::string> expand_parameters(std::string_view value, const ParameterLookup& lookup);

/// The first reason why an SMTP server with these parameters is unsafe; nothing when there is none.
std::optional<Finding> find_unsafe(const ParameterLookup& lookup);

/// Why the operator may not set this parameter at all; empty when they may.
std::string_view why_fixed(std::string_view parameter);

}  // namespace engines
