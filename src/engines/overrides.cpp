#include "engines/overrides.h"

#include <algorithm>
#include <filesystem>
#include <format>

#include "base/text.h"
#include "engines/postfix/overrides.h"

namespace engines {
namespace {

std::unexpected<base::Error> not_read(std::string_view shown, std::string_view what_is) {
    return base::fail(std::format("{}: nothing would read a file of this name; {}", shown, what_is));
}

RenderedFile* find_file(Engine& engine, std::string_view path) {
    const auto found = std::ranges::find(engine.files, path, &RenderedFile::path);
    return found == engine.files.end() ? nullptr : &*found;
}

/// Engines with one configuration file that can include others; what comes last counts.
struct Including {
    std::string_view engine, config, group;
    std::string_view format;  ///< of the line that includes the file {}
};

constexpr Including including[] = {
    {"dovecot", "dovecot.conf", "root", "!include {}\n"},
    {"unbound", "unbound.conf", "unbound", "include-toplevel: \"{}\"\n"},
    {"valkey", "valkey.conf", "valkey", "include {}\n"},
};

/// Valkey has no checker. It reads its file before anything else and names the first line it cannot use: given one more
/// at the end that it surely cannot, all before it are good when that is the one it names.
sys::Command check_of_valkey(const std::string& path) {
    const std::string script =
        "said=$(setpriv --reuid valkey --regid valkey --init-groups valkey-server \"$1\" --end-of-check yes 2>&1); "
        "case $said in *end-of-check*) exit 0 ;; esac; "
        "printf '%s line %s: %s' \"$1\" \"$(echo \"$said\" | sed -n 's/.*at line //p')\" "
        "\"$(echo \"$said\" | grep -v -e 'at line' -e FATAL)\"; exit 1";
    return {.argv = {"/bin/sh", "-c", script, "check", path}};
}

base::Result<Overridden> include(Engine engine, const Including& how, const Overrides& overrides, const Paths& paths) {
    const auto config = std::ranges::find(engine.files, how.config, [](const RenderedFile& file) {
        return std::filesystem::path(file.path).filename().string();
    });
    if (config == engine.files.end())
        return base::fail(std::format("cannot put overrides into {}: {} is missing", engine.name, how.config));
    const auto folder = std::filesystem::path(config->path).parent_path().string() + "/override/";
    std::string lines = "\n# ---- the operator's own\n";
    std::vector<RenderedFile> added;
    for (const auto& file : overrides) {
        const auto shown = shown_override(paths, engine.name, file.name);
        if (!file.name.ends_with(".conf") || file.name.contains('/'))
            return not_read(shown, std::format("{}'s overrides are files *.conf, without folders", engine.name));
        const auto path = folder + file.name;
        lines += std::vformat(how.format, std::make_format_args(path));
        added.push_back({.path = path, .content = file.content, .mode = 0640, .group = std::string(how.group)});
        engine.operator_names.emplace_back(path, shown);
        if (engine.name == "valkey") engine.checks.push_back(check_of_valkey(path));
    }
    config->content += lines;
    std::ranges::move(added, std::back_inserter(engine.files));
    return Overridden{.engine = std::move(engine), .warnings = {}};
}

/// Rspamd finds files of local.d and override.d by their names. Where one of ours has that name already, it includes
/// the operator's, one priority higher.
void add_to_rspamd(Engine& engine, const OverrideFile& file, const std::string& shown) {
    const std::string etc = "/etc/rspamd/";
    auto* const ours = find_file(engine, etc + file.name);
    const auto path = ours ? etc + "operator/" + file.name : etc + file.name;
    if (ours)
        ours->content +=
            std::format("\n# The operator's own.\n.include(try=false; {}) \"{}\"\n",
                        file.name.starts_with("local.d/") ? "priority=2; duplicate=merge" : "priority=11", path);
    engine.files.push_back({.path = path, .content = file.content, .mode = 0640, .group = "_rspamd"});
    engine.operator_names.emplace_back(path, shown);
}

base::Result<Overridden> override_rspamd(Engine engine, const Overrides& overrides, const Paths& paths) {
    for (auto file : overrides) {
        const auto shown = shown_override(paths, engine.name, file.name);
        if (file.name.ends_with(".lua") && !file.name.contains('/'))
            file.name = "lua.local.d/" + file.name;
        else if (!file.name.starts_with("local.d/") && !file.name.starts_with("override.d/"))
            return not_read(shown, "Rspamd's overrides are local.d/*, override.d/* and *.lua");
        add_to_rspamd(engine, file, shown);
    }
    return Overridden{.engine = std::move(engine), .warnings = {}};
}

}  // namespace

std::string shown_override(const Paths& paths, std::string_view engine, std::string_view name) {
    const auto folder = paths.overrides();
    return std::format("{}/{}/{}", folder.starts_with("/host/") ? "_server_workspace_" + folder.substr(5) : folder,
                       engine, name);
}

base::Result<Overridden> override_engine(Engine engine, const Overrides& overrides, const Paths& paths) {
    if (overrides.empty()) return Overridden{.engine = std::move(engine), .warnings = {}};
    if (engine.name == "postfix") return override_postfix(std::move(engine), overrides, paths);
    if (engine.name == "rspamd") return override_rspamd(std::move(engine), overrides, paths);
    const auto* const how = std::ranges::find(including, engine.name, &Including::engine);
    if (how == std::end(including)) return base::fail(std::format("{} takes no overrides", engine.name));
    return include(std::move(engine), *how, overrides, paths);
}

std::string in_operators_words(const Engine& engine, std::string said) {
    for (const auto& [theirs, operators] : engine.operator_names) said = base::replace_all(said, theirs, operators);
    return said;
}

}  // namespace engines
