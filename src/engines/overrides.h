#pragma once
/// The operator's own configuration on top of ours: files in `<workspace>/etc/mailserver/override/<engine>/`, merged
/// into or included from what we render. Pure: values in, a changed Engine out; bootstrap reads the files and decides
/// which of them are in force. What only the engine itself can judge is left to its checks, whose words are then
/// translated into the operator's file names (`Engine::operator_names`).
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "engines/engine.h"

namespace engines {

struct OverrideFile {
    std::string name;  ///< below the engine's folder: "main.cf", "local.d/groups.conf"
    std::string content;
    bool operator==(const OverrideFile&) const = default;
};

/// All files of one engine, ordered by name.
using Overrides = std::vector<OverrideFile>;

/// An engine with the operator's overrides in it.
struct Overridden {
    Engine engine;
    std::vector<std::string> warnings;  ///< what the operator may not have meant, with file and line
};

/// How the operator knows a file: "_server_workspace_/etc/mailserver/override/postfix/main.cf".
std::string shown_override(const Paths& paths, std::string_view engine, std::string_view name);

/// Puts `overrides` into the engine. An error names file and, where there is one, line; so does one for a file that the
/// engine would not read at all.
base::Result<Overridden> override_engine(Engine engine, const Overrides& overrides, const Paths& paths);

/// What a checker said, with the operator's names for the operator's files.
std::string in_operators_words(const Engine& engine, std::string said);

}  // namespace engines
