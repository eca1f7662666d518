#include "bootstrap/configure.h"

#include <format>
#include <map>
#include <optional>

#include "base/log.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "sys/files.h"

namespace bootstrap {
namespace {

base::Result<sys::FileMode> file_mode(unsigned mode, const std::string& user, const std::string& group) {
    const auto owner = sys::lookup_owner(user, group);
    if (!owner) return std::unexpected(owner.error());
    return sys::FileMode{.mode = mode, .owner = *owner};
}

base::Result<> write_all(const engines::Engine& engine) {
    for (const auto& directory : engine.directories) {
        const auto mode = file_mode(directory.mode, directory.user, directory.group);
        if (!mode) return std::unexpected(mode.error());
        if (const auto made = sys::ensure_directory(directory.path, *mode); !made) return made;
    }
    for (const auto& file : engine.files) {
        const auto mode = file_mode(file.mode, file.user, file.group);
        if (!mode) return std::unexpected(mode.error());
        const auto parent = std::filesystem::path(file.path).parent_path();
        if (!std::filesystem::exists(parent))
            if (const auto made = sys::ensure_directory(parent); !made) return made;
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

base::Result<> run_checks(const engines::Engine& engine) {
    for (const auto& check : engine.checks) {
        const auto outcome = sys::run(check);
        if (!outcome) return std::unexpected(outcome.error());
        if (outcome->exit_code != 0)
            return base::fail(std::format("{} says: {}", base::join(check.argv, " "), last_words(outcome->output)));
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

}  // namespace

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
