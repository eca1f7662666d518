#include "moving/scripts.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <format>

#include "base/text.h"

namespace moving {
namespace {

/// A name as ManageSieve has them (RFC 5804 §1.6), and as a file can have it.
bool is_script_name(std::string_view name) {
    return !name.empty() && name.size() <= 200 && !name.starts_with('.') && std::ranges::none_of(name, [](char c) {
        return static_cast<unsigned char>(c) < ' ' || c == '\x7f' || c == '/';
    });
}

std::string path_in(const Folder& folder, const std::string& name) {
    return std::format("/proc/self/fd/{}/{}", folder.get(), name);
}

}  // namespace

base::Result<> bring_scripts(const Folder& home, const std::vector<ForeignScript>& scripts, sys::Owner owner,
                             const std::string& account, ScriptTally& tally, std::vector<Finding>& findings) {
    if (scripts.empty()) return {};
    bool was_there = false;
    const Folder folder = accounts::enter_or_make(home, "sieve", 0700, owner, was_there);
    if (!folder)
        return base::fail(std::format("cannot make the folder of Sieve scripts of {}: {}", account,
                                      base::errno_text(folder.problem())));
    for (const auto& script : scripts) {
        const auto file = script.name + ".sieve";
        const auto where = std::format("Sieve script '{}' of {}", base::printable(script.name, 100), account);
        if (!is_script_name(script.name)) {
            findings.push_back({where, "its name is none of a script"});
            continue;
        }
        const auto there = read_text(folder, file, 16 * 1024 * 1024);
        if (there && *there != script.text) {
            findings.push_back({where, "there is another script of this name here"});
            continue;
        }
        if (!there)
            if (const auto written =
                    sys::write_file(path_in(folder, file), script.text, {.mode = 0600, .owner = owner});
                !written)
                return written;
        ++(there ? tally.before : tally.brought);
        struct stat status{};
        if (!script.active || ::fstatat(home.get(), ".dovecot.sieve", &status, AT_SYMLINK_NOFOLLOW) == 0) continue;
        if (const auto linked = sys::write_symlink(path_in(home, ".dovecot.sieve"), "sieve/" + file); !linked)
            return linked;
        if (::fchownat(home.get(), ".dovecot.sieve", owner.uid, owner.gid, AT_SYMLINK_NOFOLLOW) != 0)
            return base::fail(std::format("cannot make {} the active one: {}", where, base::errno_text(errno)));
    }
    return {};
}

}  // namespace moving
