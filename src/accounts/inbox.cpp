#include "accounts/inbox.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <format>
#include <functional>
#include <memory>
#include <utility>

#include "accounts/folder.h"
#include "accounts/mailbox_sizes.h"

namespace accounts {
namespace {

constexpr std::string_view purge_prefix = ".purged-";  // no address starts with a dot

/// Removes all that is in `folder`; false (errno set) when something stays.
bool remove_content(const Folder& folder, int depth = 0) {
    if (depth > deepest_folder) {
        errno = ELOOP;
        return false;
    }
    int problem = 0;
    std::vector<std::pair<std::string, bool>> names;
    folder.for_each([&](const std::string& name, bool is_folder) { names.emplace_back(name, is_folder); });
    for (const auto& [name, is_folder] : names) {
        if (is_folder) {
            const Folder inner = folder.enter(name);
            if (!inner || !remove_content(inner, depth + 1)) problem = inner ? errno : inner.problem();
        }
        if (::unlinkat(folder.get(), name.c_str(), is_folder ? AT_REMOVEDIR : 0) != 0 && errno != ENOENT)
            problem = errno;
    }
    errno = problem;
    return problem == 0;
}

bool is_lock(std::string_view name) {
    return name.ends_with(".lock") && (name.starts_with("dovecot-") || name.starts_with("subscriptions"));
}

std::size_t remove_locks(const Folder& maildir, std::chrono::system_clock::time_point before, int depth = 0) {
    std::size_t removed = 0;
    if (depth > deepest_folder) return removed;
    maildir.for_each([&](const std::string& name, bool is_folder) {
        if (is_folder) {
            if (name == "cur" || name == "new" || name == "tmp") return;
            if (const Folder inner = maildir.enter(name)) removed += remove_locks(inner, before, depth + 1);
            return;
        }
        struct stat status{};
        if (!is_lock(name) || ::fstatat(maildir.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return;
        if (std::chrono::system_clock::from_time_t(status.st_mtime) >= before) return;
        if (::unlinkat(maildir.get(), name.c_str(), 0) == 0) ++removed;
    });
    return removed;
}

/// Removes the folder of `address` below `root`, which is arranged as the inboxes are.
base::Result<bool> purge_below(const Workspace& workspace, const std::filesystem::path& root,
                               const base::EmailAddress& address) {
    const Folder all(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    const Folder domain = all ? all.enter(address.domain().str()) : Folder();
    if (!domain) return false;
    const auto shown = (root.lexically_relative(workspace.root) / address.domain().str()).string();
    std::array<unsigned char, 8> random{};
    if (::getrandom(random.data(), random.size(), 0) < 0) random = {};
    std::string aside = std::string(purge_prefix) + address.str() + "-";
    for (const auto octet : random) aside += std::format("{:02x}", octet);
    const bool moved = ::renameat(domain.get(), address.str().c_str(), domain.get(), aside.c_str()) == 0;
    if (!moved && errno != ENOENT)
        return base::fail(std::format("cannot purge {}/{}: {}", shown, address.str(), base::errno_text(errno)));
    std::vector<std::string> leftovers;
    domain.for_each([&](const std::string& name, bool) {
        if (name.starts_with(purge_prefix)) leftovers.push_back(name);
    });
    int problem = 0;
    for (const auto& name : leftovers) {
        const Folder folder = domain.enter(name);
        if (folder && !remove_content(folder)) problem = errno;
        if (::unlinkat(domain.get(), name.c_str(), folder ? AT_REMOVEDIR : 0) != 0) problem = errno;
    }
    if (problem != 0)
        return base::fail(std::format("cannot remove everything in {}/{}: {}", shown, aside, base::errno_text(problem)),
                          "Remove this folder yourself.");
    return moved;
}

}  // namespace

base::Result<bool> make_home(const Workspace& workspace, const base::EmailAddress& address) {
    if (auto made = sys::ensure_directory(workspace.inboxes(), {.mode = 0755, .owner = workspace.mail_owner}); !made)
        return std::unexpected(made.error());
    bool was_there = false;
    Folder domain =
        enter_or_make(open_inboxes(workspace), address.domain().str(), 0755, workspace.mail_owner, was_there);
    if (domain) domain = enter_or_make(domain, address.str(), 0700, workspace.mail_owner, was_there);
    if (!domain)
        return base::fail(std::format("cannot make {}: {}", home_name(address), base::errno_text(domain.problem())));
    return was_there;
}

base::Result<bool> purge_home(const Workspace& workspace, const base::EmailAddress& address) {
    const auto purged = purge_below(workspace, workspace.inboxes(), address);
    // The indexes hold pieces of the mail. Last, so that a second try finds them when the first failed.
    if (!purged || workspace.indexes().empty()) return purged;
    const auto indexes = purge_below(workspace, workspace.indexes(), address);
    if (!indexes) return indexes;
    return *purged || *indexes;
}

base::Result<> move_home(const Workspace& workspace, const base::EmailAddress& from, const base::EmailAddress& to) {
    const auto cannot = [&](int problem) {
        return base::fail(
            std::format("cannot move {} to {}: {}", home_name(from), home_name(to), base::errno_text(problem)), {},
            problem == ENOTEMPTY || problem == EEXIST ? base::ErrorKind::exists : base::ErrorKind::failed);
    };
    const Folder inboxes = open_inboxes(workspace);
    const Folder old_domain = inboxes ? inboxes.enter(from.domain().str()) : Folder();
    if (!old_domain) return {};
    bool was_there = false;
    const Folder domain = enter_or_make(inboxes, to.domain().str(), 0755, workspace.mail_owner, was_there);
    if (!domain) return cannot(domain.problem());
    if (::renameat(old_domain.get(), from.str().c_str(), domain.get(), to.str().c_str()) != 0 && errno != ENOENT)
        return cannot(errno);
    ::fsync(domain.get());
    ::fsync(old_domain.get());
    // Indexes that are not in the home are made anew under the new name.
    if (!workspace.indexes().empty()) return purge_below(workspace, workspace.indexes(), from).transform([](bool) {});
    return {};
}

void collect_late_mail(const Workspace& workspace, const base::EmailAddress& from, const base::EmailAddress& to) {
    const Folder inboxes = open_inboxes(workspace);
    const auto maildir = [&](const base::EmailAddress& address) {
        const Folder domain = inboxes ? inboxes.enter(address.domain().str()) : Folder();
        const Folder home = domain ? domain.enter(address.str()) : Folder();
        return home ? home.enter("Maildir") : Folder();
    };
    const Folder late = maildir(from), now = maildir(to);
    if (!late || !now) return;
    const Folder into = now.enter("new");
    for (const char* name : {"new", "cur"}) {
        const Folder folder = late.enter(name);
        if (!folder || !into) continue;
        folder.for_each([&](const std::string& message, bool is_folder) {
            // Without its flags: `new` has none. Names are unique by themselves.
            const auto plain = message.substr(0, message.find(':'));
            if (!is_folder) ::renameat(folder.get(), message.c_str(), into.get(), plain.c_str());
        });
    }
}

Inbox inspect_home(const Workspace& workspace, const base::EmailAddress& address) {
    Inbox inbox;
    const Folder inboxes = open_inboxes(workspace);
    const Folder domain = inboxes ? inboxes.enter(address.domain().str()) : Folder();
    const Folder home = domain ? domain.enter(address.str()) : Folder();
    if (!home) {
        const int problem = domain ? home.problem() : ENOENT;
        inbox.exists = problem != ENOENT;
        inbox.fault = inbox.exists
                          ? std::format("{} is no usable folder: {}", home_name(address), base::errno_text(problem))
                          : std::format("{} is missing", home_name(address));
        return inbox;
    }
    inbox.exists = true;
    struct stat status{};
    const auto owner = workspace.mail_owner;
    if (::fstat(home.get(), &status) == 0 && (status.st_uid != owner.uid || status.st_gid != owner.gid))
        inbox.fault =
            std::format("{} belongs to {}:{}, mail cannot be stored; chown -R {}:{} {}/{}", home_name(address),
                        status.st_uid, status.st_gid, owner.uid, owner.gid, workspace.shown_root(), home_name(address));
    if (const Folder maildir = home.enter("Maildir")) {
        const auto size = measure(maildir);
        inbox.has_mail = size.messages > 0;
        inbox.messages = size.messages;
        inbox.octets = size.octets;
    }
    return inbox;
}

std::size_t remove_stale_locks(const Workspace& workspace, std::chrono::system_clock::time_point before) {
    std::size_t removed = 0;
    const Folder inboxes = open_inboxes(workspace);
    if (!inboxes) return removed;
    for (const auto& home : all_homes(workspace)) {
        const Folder domain = inboxes.enter(home.substr(home.rfind('@') + 1));
        const Folder folder = domain ? domain.enter(home) : Folder();
        if (const Folder maildir = folder ? folder.enter("Maildir") : Folder())
            removed += remove_locks(maildir, before);
    }
    return removed;
}

std::vector<std::string> all_homes(const Workspace& workspace) {
    std::vector<std::string> homes;
    const Folder inboxes = open_inboxes(workspace);
    if (!inboxes) return homes;
    inboxes.for_each([&](const std::string& name, bool is_folder) {
        const Folder domain = is_folder ? inboxes.enter(name) : Folder();
        if (!domain) return;
        domain.for_each([&](const std::string& home, bool) {
            if (home.ends_with("@" + name) && !home.starts_with('.')) homes.push_back(home);
        });
    });
    std::ranges::sort(homes);
    return homes;
}

}  // namespace accounts
