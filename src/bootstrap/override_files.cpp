/// The part of overrides.h that reads and keeps files.
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <format>

#include "base/text.h"
#include "bootstrap/overrides.h"
#include "sys/fd.h"
#include "sys/files.h"

namespace bootstrap {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_files = 200;
constexpr std::uint64_t largest_file = 1024 * 1024;
constexpr int deepest = 3;  // local.d/maps.d/<file>

constexpr std::string_view readme_name = "README.txt";
constexpr std::string_view readme =
    R"(Your own configuration of the mail engines, on top of the server's. It takes effect at the next start:
./start_mailserver.sh restarts the server when something here has changed.

postfix/main.cf      name = value; replaces the server's value of that name, or adds one
postfix/master.cf    whole services; each replaces the server's of the same name and type, or is added
postfix/<table>      a table for main.cf, e.g. header_checks = regexp:/etc/postfix/override/<table>
dovecot/*.conf       included last
rspamd/local.d/*     as in Rspamd's own folders of these names; tables for it, too
rspamd/override.d/*
rspamd/*.lua         rules
unbound/*.conf       included last; each begins with a section, such as "server:"
valkey/*.conf        included last

Every file is checked before it is used. A mistake is shown by ./start_mailserver.sh and ./mailserver.sh status, with
file and line, and the server goes on with the files of that engine that worked last. ./mailserver.sh check-config
shows it without a restart.
)";

constexpr std::string_view engine_names[] = {"postfix", "dovecot", "rspamd", "unbound", "valkey"};

/// Who may write overrides: root, and the owner of the workspace.
bool is_operators(const struct stat& status, const engines::Paths& paths) {
    struct stat workspace{};
    if (status.st_uid == 0 || status.st_uid == ::geteuid()) return true;
    return ::stat(paths.workspace.c_str(), &workspace) == 0 && workspace.st_uid == status.st_uid;
}

/// Why a file or folder is not to be trusted; empty when it is.
std::string why_not_trusted(const struct stat& status, const engines::Paths& paths) {
    if (!is_operators(status, paths))
        return std::format("it belongs to user {}; chown it to root or the workspace's owner", status.st_uid);
    if (status.st_mode & S_IWOTH) return "everybody may write it; chmod o-w";
    return "";
}

bool is_leftover(std::string_view name) {
    return name.starts_with('.') || name.ends_with('~') || name.starts_with('#');
}

bool is_good_name(std::string_view name) {
    return name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-") ==
           std::string_view::npos;
}

/// One folder with all below it.
class Reader {
  public:
    Reader(const engines::Paths& paths, std::string_view engine) : paths_(paths), engine_(engine) {}

    base::Result<engines::Overrides> read() {
        const auto top = fs::path(paths_.overrides()) / engine_;
        for (const auto& folder : {fs::path(paths_.overrides()), top}) {
            struct stat status{};
            if (::lstat(folder.c_str(), &status) != 0 && errno == ENOENT) return engines::Overrides{};
            if (const auto good = check_folder(folder, folder == top ? "" : ".."); !good)
                return std::unexpected(good.error());
        }
        if (const auto walked = walk(top, "", 1); !walked) return std::unexpected(walked.error());
        std::ranges::sort(found_, {}, &engines::OverrideFile::name);
        return std::move(found_);
    }

  private:
    std::unexpected<base::Error> refuse(std::string_view name, std::string_view why) const {
        auto shown = engines::shown_override(paths_, engine_, name);
        if (name.empty()) shown.pop_back();
        return base::fail(std::format("{}: {}", base::printable(shown), why));
    }

    base::Result<> check_folder(const fs::path& folder, const std::string& name) const {
        struct stat status{};
        if (::lstat(folder.c_str(), &status) != 0) return refuse(name, base::errno_text(errno));
        if (!S_ISDIR(status.st_mode)) return refuse(name, "it must be a folder");
        if (const auto why = why_not_trusted(status, paths_); !why.empty()) return refuse(name, why);
        return {};
    }

    base::Result<> walk(const fs::path& folder, const std::string& prefix, int depth) {
        std::error_code error;
        for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
            const std::string file = entry->path().filename().string(), name = prefix + file;
            if (is_leftover(file)) continue;
            if (!is_good_name(file))
                return refuse(name, "only letters, digits and . _ + - are allowed in the name of a file");
            if (entry->is_directory() && !entry->is_symlink()) {
                if (depth == deepest) return refuse(name, "it is too deep inside folders");
                if (const auto good = check_folder(entry->path(), name); !good) return good;
                if (const auto walked = walk(entry->path(), name + "/", depth + 1); !walked) return walked;
                continue;
            }
            if (const auto taken = take(entry->path(), name); !taken) return taken;
        }
        if (error) return refuse(prefix, error.message());
        return {};
    }

    base::Result<> take(const fs::path& path, const std::string& name) {
        if (found_.size() == most_files) return refuse(name, std::format("there are more than {} files", most_files));
        // Neither through a link, nor waiting for somebody to write into a pipe.
        const sys::UniqueFd file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
        if (!file && errno == ELOOP) return refuse(name, "it is a symbolic link; put the file itself here");
        if (!file && errno == ENXIO) return refuse(name, "it is not a plain file");
        if (!file) return refuse(name, base::errno_text(errno));
        struct stat status{};
        if (::fstat(file.get(), &status) != 0) return refuse(name, base::errno_text(errno));
        if (!S_ISREG(status.st_mode)) return refuse(name, "it is not a plain file");
        if (const auto why = why_not_trusted(status, paths_); !why.empty()) return refuse(name, why);
        auto content = sys::read_file(std::format("/proc/self/fd/{}", file.get()), largest_file);
        if (!content) return refuse(name, std::format("it is larger than {}", base::human_size(largest_file)));
        if (const auto zero = content->find('\0'); zero != std::string::npos)
            return refuse(std::format("{} line {}", name,
                                      1 + std::count(content->begin(),
                                                     content->begin() + static_cast<std::ptrdiff_t>(zero), '\n')),
                          "there is a NUL octet in it; it is not a text");
        found_.push_back({.name = name, .content = std::move(*content)});
        return {};
    }

    const engines::Paths& paths_;
    std::string engine_;
    engines::Overrides found_;
};

}  // namespace

base::Result<engines::Overrides> read_overrides(const engines::Paths& paths, std::string_view engine) {
    return Reader(paths, engine).read();
}

std::vector<std::string> strangers_among_overrides(const engines::Paths& paths) {
    std::vector<std::string> strangers;
    std::error_code error;
    for (fs::directory_iterator entry(paths.overrides(), error), end; !error && entry != end; entry.increment(error)) {
        const auto name = entry->path().filename().string();
        if (is_leftover(name) || name == readme_name || std::ranges::contains(engine_names, name)) continue;
        auto shown = engines::shown_override(paths, base::printable(name, 60), "");
        shown.pop_back();
        strangers.push_back(shown +
                            ": nothing reads it; the folders here are postfix, dovecot, rspamd, unbound, valkey");
    }
    std::ranges::sort(strangers);
    return strangers;
}

std::string to_text(const engines::Overrides& overrides) {
    std::string text;
    for (const auto& file : overrides) text += std::format("{} {}\n{}\n", file.name, file.content.size(), file.content);
    return text;
}

std::optional<engines::Overrides> from_text(std::string_view text) {
    engines::Overrides overrides;
    while (!text.empty()) {
        const auto end = text.find('\n');
        if (end == std::string_view::npos) return std::nullopt;
        const auto head = base::words(text.substr(0, end));
        text.remove_prefix(end + 1);
        const auto size = head.size() == 2 ? base::parse_number(head[1]) : std::nullopt;
        if (!size || *size >= text.size() || text[*size] != '\n') return std::nullopt;
        overrides.push_back({.name = std::string(head[0]), .content = std::string(text.substr(0, *size))});
        text.remove_prefix(*size + 1);
    }
    return overrides;
}

base::Result<> keep_as_good(const engines::Paths& paths, const std::vector<OverrideReport>& reports) {
    for (const auto& report : reports) {
        if (report.in_force != InForce::current) continue;
        const auto file = paths.good_overrides() + "/" + report.engine;
        if (report.used.empty()) {
            std::error_code ignored;  // a copy that stays is only used when a later one is bad
            fs::remove(file, ignored);
            continue;
        }
        const auto text = to_text(report.used);
        if (const auto known = sys::read_file(file, 2 * most_files * largest_file); known && *known == text) continue;
        if (const auto made = sys::ensure_directory(paths.good_overrides(), {.mode = 0700}); !made) return made;
        if (const auto kept = sys::write_file(file, text, {.mode = 0600}); !kept) return kept;
    }
    return {};
}

base::Result<> ensure_override_folder(const engines::Paths& paths) {
    const auto file = paths.overrides() + "/" + std::string(readme_name);
    struct stat status{};
    if (::lstat(file.c_str(), &status) == 0) return {};
    if (::lstat(paths.overrides().c_str(), &status) == 0) {
        if (!S_ISDIR(status.st_mode)) return {};  // reported when it is read
    } else if (const auto made = sys::ensure_directory(paths.overrides()); !made) {
        return made;
    }
    return sys::write_file(file, readme);
}

}  // namespace bootstrap
