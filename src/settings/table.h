#pragma once
/// The one table of all settings: every key with its type, default, help and example. What reads settings, what checks
/// them and what documents them (settings.env.empty) all come from its rows. Pure: nothing here reads the environment.
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "settings/settings.h"

namespace settings {

/// One key of the operator's settings. The rows are in rows_*.cpp; table.cpp has their order, that of
/// settings.env.empty.
struct Row {
    std::string_view key;
    std::string_view help;          ///< one or more lines for people
    std::string_view default_text;  ///< as it stands in settings.env.empty; empty: none
    std::string_view example;       ///< a good value, shown with a bad one
    bool required = false;          ///< must be set by the operator
    bool secret = false;            ///< its value is never shown
    bool grafana_expands = false;   ///< may hold ${…}, which Grafana expands
    std::string_view section = {};  ///< heading of the group that starts with this key
    base::Result<> (*assign)(Settings&, std::string_view value) = nullptr;  ///< nothing: for Grafana only
};

/// All rows, in groups; they live as long as the program.
std::vector<std::span<const Row>> table();

/// A key and its value as found, before any check.
struct Entry {
    std::string key;
    std::string value;
    std::size_t line = 0;  ///< where in the file; 0: from the process environment
};

/// One thing wrong with the settings, with all a person needs to put it right.
struct Problem {
    std::string key;    ///< may be empty: about the line or the file
    std::string value;  ///< never that of a secret
    std::string why;
    std::string example;  ///< "KEY=value" that would be good; may be empty
    std::size_t line = 0;
    bool operator==(const Problem&) const = default;
};

/// Where the entries come from: a file holds nothing but settings, an environment also other programs' variables.
enum class Origin { file, environment };

/// The settings, or everything that is wrong with them at once. An empty value means the default.
std::expected<Settings, std::vector<Problem>> parse(std::span<const Entry> entries, Origin origin);

/// The entries of a docker environment file (`KEY=value` lines, `#` comments, no quoting) and what is wrong with its
/// form.
struct EnvFile {
    std::vector<Entry> entries;
    std::vector<Problem> problems;
};
EnvFile parse_env_file(std::string_view text);

/// parse_env_file() and parse() in one: the settings in the content of a file, or all problems by line.
std::expected<Settings, std::vector<Problem>> parse_file(std::string_view text);

/// The entries of a process environment, as main() gets it (ends with a null pointer).
std::vector<Entry> environment_entries(const char* const* environment);

/// `line 3: ADDITIONAL_DOMAINS='a.de, b.de': there is a space in it; … Example: ADDITIONAL_DOMAINS=a.de,b.de`
std::string describe(const Problem& problem);

/// All problems as one error of kind usage, one a line.
base::Error as_error(std::span<const Problem> problems);

/// The content of settings.env.empty.
std::string template_text();

}  // namespace settings
