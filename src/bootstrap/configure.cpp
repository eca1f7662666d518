#include "bootstrap/configure.h"

#include <stdlib.h>

#include <algorithm>
#include <cerrno>
#include <format>
#include <map>
#include <optional>

#include "base/log.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "engines/overrides.h"
#include "sys/files.h"

namespace bootstrap {
namespace {

base::Result<sys::FileMode> file_mode(unsigned mode, const std::string& user, const std::string& group) {
    const auto owner = sys::lookup_owner(user, group);
    if (!owner) return std::unexpected(owner.error());
    return sys::FileMode{.mode = mode, .owner = *owner};
}

/// Takes away what is in the folder and none of the engine's.
base::Result<> clear_strangers(const engines::Engine& engine, const std::string& folder) {
    namespace fs = std::filesystem;
    std::error_code error;
    std::vector<fs::path> strangers;
    for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
        if (!entry->is_directory() &&
            !std::ranges::contains(engine.files, entry->path().string(), &engines::RenderedFile::path))
            strangers.push_back(entry->path());
    for (const auto& stranger : strangers)
        if (!error) fs::remove(stranger, error);
    if (error) return base::fail(std::format("cannot clear {}: {}", folder, error.message()));
    return {};
}

/// Where a folder really is: in the image the engines' folders in /etc are links into /run, as nothing else there can
/// be written. What a link leads to need not be there yet.
std::filesystem::path behind_links(const std::filesystem::path& folder) {
    if (!folder.string().starts_with("/etc/")) return folder;
    std::filesystem::path real;
    std::error_code error;
    for (const auto& part : folder) {
        real /= part;
        if (std::filesystem::is_symlink(real, error))
            real = real.parent_path() / std::filesystem::read_symlink(real, error);
    }
    return real;
}

base::Result<> write_all(const engines::Engine& engine) {
    for (const auto& directory : engine.directories) {
        const auto mode = file_mode(directory.mode, directory.user, directory.group);
        if (!mode) return std::unexpected(mode.error());
        if (const auto made = sys::ensure_directory(behind_links(directory.path), *mode); !made) return made;
        if (!directory.exclusive) continue;
        if (const auto cleared = clear_strangers(engine, directory.path); !cleared) return cleared;
    }
    for (const auto& file : engine.files) {
        const auto mode = file_mode(file.mode, file.user, file.group);
        if (!mode) return std::unexpected(mode.error());
        const auto parent = std::filesystem::path(file.path).parent_path();
        if (!std::filesystem::exists(parent))
            if (const auto made = sys::ensure_directory(behind_links(parent)); !made) return made;
        if (const auto written = sys::write_file(file.path, file.content, *mode); !written) return written;
    }
    return {};
}

/// The end of what a checker said: some print the whole configuration before the mistake.
std::string last_words(std::string_view output) {
    constexpr std::size_t enough = 1000;
    output = base::trim(output);
    return base::printable(output.size() > enough ? output.substr(output.size() - enough) : output, 4 * enough);
}

/// As a person would type it; a script is not shown.
std::string name_of(const sys::Command& check) {
    const auto& argv = check.argv;
    if (argv.size() > 2 && argv[0] == "/bin/sh" && argv[1] == "-c") return "its check";
    return base::join(argv, " ");
}

base::Result<> run_checks(const engines::Engine& engine) {
    for (const auto& check : engine.checks) {
        const auto outcome = sys::run(check);
        if (!outcome) return std::unexpected(outcome.error());
        if (outcome->exit_code != 0)
            return base::fail(std::format("{} says: {}", name_of(check),
                                          last_words(engines::in_operators_words(engine, outcome->output))));
    }
    return {};
}

/// What stood in the engine's files before; nothing for a file that did not exist.
using Before = std::map<std::string, std::optional<std::string>>;

Before read_all(const engines::Engine& engine) {
    Before before;
    for (const auto& file : engine.files) {
        auto content = sys::read_file(file.path);
        before[file.path] = content ? std::optional(std::move(*content)) : std::nullopt;
    }
    return before;
}

void put_back(engines::Engine engine, const Before& before) {
    std::erase_if(engine.files, [&](const engines::RenderedFile& file) {
        if (before.at(file.path)) return false;
        std::error_code ignored;
        std::filesystem::remove(file.path, ignored);
        return true;
    });
    for (auto& file : engine.files) file.content = *before.at(file.path);
    if (const auto restored = write_all(engine); !restored) base::log("bootstrap", restored.error().text);
}

std::string fingerprint(const engines::Engine& engine, const std::string& build) {
    std::string all = build;
    for (const auto& file : engine.files)
        all += std::format("\n{} {} {} {:o} {}\n{}", file.path, file.user, file.group, file.mode, file.content.size(),
                           file.content);
    return crypto::sha256_hex(all);
}

/// The folders and files of an engine, without those inside others of them.
std::vector<std::string> roots_of(const engines::Engine& engine) {
    std::vector<std::string> all{"/etc/" + engine.name}, roots;
    for (const auto& directory : engine.directories) all.push_back(directory.path);
    for (const auto& file : engine.files) all.push_back(file.path);
    std::ranges::sort(all);
    for (const auto& path : all)
        if (roots.empty() || (path != roots.back() && !path.starts_with(roots.back() + "/"))) roots.push_back(path);
    return roots;
}

/// The engine as it would be if its files and folders were below `folder`.
engines::Engine moved_below(engines::Engine engine, const std::string& folder) {
    for (const auto& root : roots_of(engine)) {
        const auto move = [&](std::string& text) { text = base::replace_all(std::move(text), root, folder + root); };
        for (auto& directory : engine.directories) move(directory.path);
        for (auto& file : engine.files) move(file.path), move(file.content);
        for (auto& check : engine.checks) std::ranges::for_each(check.argv, move);
        for (auto& name : engine.operator_names) move(name.first);
    }
    return engine;
}

}  // namespace

base::Result<> check_copy(engines::Engine engine) {
    // Short: Lua tells only the end of a long name.
    std::string folder = (std::filesystem::temp_directory_path() / "c-XXXXXX").string();
    if (!::mkdtemp(folder.data())) return base::fail("cannot make a temporary folder: " + base::errno_text(errno));
    const auto check = [&]() -> base::Result<> {
        // Some checkers run as their engine's user, who must get to its own files.
        if (const auto made = sys::ensure_directory(folder, {.mode = 0711}); !made) return made;
        auto copy = moved_below(std::move(engine), folder);
        for (auto& command : copy.checks) command.environment.push_back("MAIL_CONFIG=" + folder + "/etc/postfix");
        if (const auto written = write_all(copy); !written) return written;
        return run_checks(copy);
    };
    const auto outcome = check();
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
    return outcome;
}

base::Result<std::string> configure(const engines::Engine& engine, const std::string& build,
                                    const std::filesystem::path& checked) {
    const auto what = std::format("cannot configure {}", engine.name);
    const Before before = read_all(engine);
    if (const auto written = write_all(engine); !written) {
        put_back(engine, before);
        return base::context(what, written.error());
    }
    const auto wanted = fingerprint(engine, build);
    if (const auto known = sys::read_file(checked); known && *known == wanted) return "as before";
    if (const auto passed = run_checks(engine); !passed) {
        put_back(engine, before);
        return base::context(what, passed.error());
    }
    if (const auto noted = sys::write_file(checked, wanted); !noted) return base::context(what, noted.error());
    return "checked";
}

}  // namespace bootstrap
