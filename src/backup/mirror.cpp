#include "backup/mirror.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <format>
#include <vector>

#include "base/text.h"

namespace backup {
namespace {

constexpr int most_passes = 5;

std::unexpected<base::Error> cannot(std::string_view what, const std::string& name, int problem) {
    return base::fail_transient(
        std::format("cannot {} {}: {}", what, base::printable(name), base::errno_text(problem)),
        problem == ENOSPC || problem == EDQUOT ? "Make room on the disk of the workspace." : "");
}

/// Where a file system has no further links to offer, a copy does as well.
bool asks_for_copy(int problem) {
    return problem == EXDEV || problem == EMLINK || problem == EPERM || problem == EOPNOTSUPP || problem == ENOSYS;
}

bool copy_content(int from, int to) {
    ssize_t got = 0;
    while ((got = ::copy_file_range(from, nullptr, to, nullptr, 1 << 30, 0)) > 0) {
    }
    if (got == 0) return true;
    if (errno != EXDEV && errno != EINVAL && errno != EOPNOTSUPP && errno != ENOSYS) return false;
    std::array<char, 128 * 1024> buffer{};
    while ((got = ::read(from, buffer.data(), buffer.size())) > 0)
        for (ssize_t done = 0; done < got;) {
            const auto written = ::write(to, buffer.data() + done, static_cast<std::size_t>(got - done));
            if (written < 0) return false;
            done += written;
        }
    return got == 0;
}

base::Result<Copied> copy_link(const Folder& from, const Folder& to, const std::string& name) {
    std::string aim(4096, '\0');
    const auto length = ::readlinkat(from.get(), name.c_str(), aim.data(), aim.size() - 1);
    if (length < 0) return Copied::gone;
    aim.resize(static_cast<std::size_t>(length));
    ::unlinkat(to.get(), name.c_str(), 0);
    if (::symlinkat(aim.c_str(), to.get(), name.c_str()) != 0) return cannot("write", name, errno);
    struct stat status{};
    if (::fstatat(from.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
        ::fchownat(to.get(), name.c_str(), status.st_uid, status.st_gid, AT_SYMLINK_NOFOLLOW) != 0)
        return cannot("write", name, errno);
    return Copied::yes;
}

}  // namespace

base::Result<Folder> enter_or_make(const Folder& parent, const std::string& name, const Folder& like) {
    struct stat status{};
    if (::fstat(like.get(), &status) != 0) return cannot("read", name, errno);
    if (::mkdirat(parent.get(), name.c_str(), 0700) != 0 && errno != EEXIST) return cannot("make", name, errno);
    Folder folder = parent.enter(name);
    if (!folder) return cannot("open", name, folder.problem());
    if (::fchown(folder.get(), status.st_uid, status.st_gid) != 0 ||
        ::fchmod(folder.get(), status.st_mode & 07777) != 0)
        return cannot("make", name, errno);
    return folder;
}

base::Result<Copied> copy_file(const Folder& from, const Folder& to, const std::string& name, bool only_executable) {
    const sys::UniqueFd source(::openat(from.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!source) {
        if (errno == ENOENT) return Copied::gone;
        if (errno == ELOOP) return copy_link(from, to, name);
        return cannot("read", name, errno);
    }
    struct stat status{};
    if (::fstat(source.get(), &status) != 0) return cannot("read", name, errno);
    if (!S_ISREG(status.st_mode)) return Copied::gone;
    if (only_executable && (status.st_mode & S_IXUSR) == 0) return Copied::incomplete;
    ::unlinkat(to.get(), name.c_str(), 0);
    const sys::UniqueFd target(
        ::openat(to.get(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!target) return cannot("write", name, errno);
    const timespec times[] = {status.st_atim, status.st_mtim};
    if (!copy_content(source.get(), target.get()) || ::fchown(target.get(), status.st_uid, status.st_gid) != 0 ||
        ::fchmod(target.get(), status.st_mode & 07777) != 0 || ::futimens(target.get(), times) != 0)
        return cannot("copy", name, errno);
    return Copied::yes;
}

static base::Result<Copied> link_file(const Folder& from, const Folder& to, const std::string& name) {
    const auto link = [&] { return ::linkat(from.get(), name.c_str(), to.get(), name.c_str(), 0) == 0; };
    bool linked = link();
    // What has the name already was replaced since.
    if (!linked && errno == EEXIST) linked = ::unlinkat(to.get(), name.c_str(), 0) == 0 && link();
    if (linked) return Copied::yes;
    if (errno == ENOENT) return Copied::gone;
    if (asks_for_copy(errno)) return copy_file(from, to, name);
    return cannot("link", name, errno);
}

base::Result<> Mirror::settle(const Folder& from, const Folder& to) {
    for (int i = 0; i < most_passes; ++i) {
        changed_ = false;
        if (auto done = pass(from, to, "", 0); !done) return done;
        if (!changed_) break;
    }
    return {};
}

base::Result<> Mirror::pass(const Folder& from, const Folder& to, const std::string& path, int depth) {
    if (depth > accounts::deepest_folder)
        return base::fail(std::format("cannot go deeper than {}", base::printable(path)));
    std::vector<Folder::Entry> entries;
    from.for_each_entry([&](const Folder::Entry& entry) { entries.push_back(entry); });
    for (const auto& entry : entries) {
        const Item item{.folder = path, .name = entry.name, .is_folder = S_ISDIR(entry.type)};
        if (!item.is_folder) {
            // Sockets and pipes belong to processes.
            if (!S_ISREG(entry.type) && !S_ISLNK(entry.type)) continue;
            if (auto taken = take(from, to, item, entry.inode); !taken) return taken;
            continue;
        }
        if (how_(item) == How::leave) continue;
        const Folder inner = from.enter(entry.name);
        if (!inner) {
            if (inner.problem() != ENOENT && inner.problem() != ENOTDIR)
                return cannot("open", entry.name, inner.problem());
            changed_ = true;
            continue;
        }
        const auto target = enter_or_make(to, entry.name, inner);
        if (!target) return std::unexpected(target.error());
        if (auto done = pass(inner, *target, path.empty() ? entry.name : path + "/" + entry.name, depth + 1); !done)
            return done;
    }
    return {};
}

base::Result<> Mirror::take(const Folder& from, const Folder& to, const Item& item, ino_t inode) {
    if (seen_.contains(inode)) return {};
    const auto how = how_(item);
    if (how == How::leave) return {};
    const auto there = how == How::link ? link_file(from, to, item.name)
                                        : copy_file(from, to, item.name, how == How::copy_if_complete);
    if (!there) return std::unexpected(there.error());
    // Nobody has been told that it was taken.
    if (*there == Copied::incomplete) return {};
    changed_ = true;
    if (*there == Copied::gone) return {};
    seen_.insert(inode);
    if (taken_) taken_(item);
    return {};
}

}  // namespace backup
