#include "sys/files.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <format>
#include <vector>

namespace sys {
namespace {

using base::Result;
using std::filesystem::path;

std::unexpected<base::Error> system_error(std::string_view what, const path& file, int number) {
    auto text = std::format("cannot {} {}: {}", what, file.string(), base::errno_text(number));
    if (number == ENOENT) return base::fail(std::move(text), "", base::ErrorKind::not_found);
    if (number == ENOSPC || number == EDQUOT) return base::fail_transient(std::move(text), "Make room on the disk.");
    if (number == EAGAIN || number == EBUSY) return base::fail_transient(std::move(text));
    return base::fail(std::move(text));
}

/// read(2) and write(2) without their interruptions.
ssize_t read_some(int descriptor, char* buffer, std::size_t size) {
    ssize_t got;
    do got = ::read(descriptor, buffer, size);
    while (got < 0 && errno == EINTR);
    return got;
}

path parent_of(const path& file) {
    return file.has_parent_path() ? file.parent_path() : path(".");
}

/// A new name beside `file`, on the same file system and hidden from programs that read `*.conf`.
path temporary_name(const path& file) {
    return parent_of(file) / std::format(".{}.XXXXXX", file.filename().string());
}

bool set_mode_and_owner(int descriptor, const FileMode& mode) {
    if (mode.owner && ::fchown(descriptor, mode.owner->uid, mode.owner->gid) != 0) return false;
    return ::fchmod(descriptor, mode.mode) == 0;  // after chown, which clears set-id bits
}

/// The lock file, opened and locked with `operation` of flock(2).
Result<UniqueFd> open_lock(const path& file, int operation) {
    UniqueFd descriptor(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!descriptor) return system_error("open the lock file", file, errno);
    int outcome;
    do outcome = ::flock(descriptor.get(), operation);
    while (outcome != 0 && errno == EINTR);
    if (outcome == 0) return descriptor;
    if (errno == EWOULDBLOCK)
        return base::fail(std::format("cannot lock {}: another process holds it", file.string()), "",
                          base::ErrorKind::exists);
    return system_error("lock", file, errno);
}

/// getpwnam_r and getgrnam_r tell by ERANGE that their buffer is too small.
template <class Entry, class Lookup>
int look_up(Lookup lookup, const std::string& name, Entry& entry, Entry*& found, std::vector<char>& buffer) {
    buffer.resize(1024);
    int number;
    while ((number = lookup(name.c_str(), &entry, buffer.data(), buffer.size(), &found)) == ERANGE)
        buffer.resize(buffer.size() * 2);
    return number;
}

}  // namespace

Result<Owner> lookup_owner(const std::string& user, const std::string& group) {
    std::vector<char> user_buffer, group_buffer;
    passwd user_entry{}, *user_found = nullptr;
    ::group group_entry{}, *group_found = nullptr;
    look_up(::getpwnam_r, user, user_entry, user_found, user_buffer);
    look_up(::getgrnam_r, group, group_entry, group_found, group_buffer);
    if (!user_found) return base::fail(std::format("there is no user '{}'", user), "", base::ErrorKind::not_found);
    if (!group_found) return base::fail(std::format("there is no group '{}'", group), "", base::ErrorKind::not_found);
    return Owner{.uid = user_entry.pw_uid, .gid = group_entry.gr_gid};
}

Result<std::string> read_file(const path& file, std::uint64_t limit) {
    const UniqueFd descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!descriptor) return system_error("read", file, errno);
    std::string content;
    std::vector<char> buffer(64 * 1024);
    for (;;) {
        const ssize_t got = read_some(descriptor.get(), buffer.data(), buffer.size());
        if (got < 0) return system_error("read", file, errno);
        if (got == 0) return content;
        content.append(buffer.data(), static_cast<std::size_t>(got));
        if (content.size() > limit)
            return base::fail(std::format("cannot read {}: it is larger than {} octets", file.string(), limit));
    }
}

Result<> write_file(const path& file, std::string_view content, const FileMode& mode) {
    std::string temporary = temporary_name(file).string();
    const UniqueFd descriptor(::mkostemp(temporary.data(), O_CLOEXEC));
    if (!descriptor) return system_error("write", file, errno);
    // Mode and owner come before the content: at no moment can somebody read what is not meant for them.
    if (!set_mode_and_owner(descriptor.get(), mode) || !write_all(descriptor.get(), content) ||
        ::fsync(descriptor.get()) != 0 || ::rename(temporary.c_str(), file.c_str()) != 0) {
        const int number = errno;
        ::unlink(temporary.c_str());
        return system_error("write", file, number);
    }
    return sync_directory(parent_of(file));
}

Result<> write_in_place(const path& file, std::string_view content) {
    const UniqueFd descriptor(::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (!descriptor || !write_all(descriptor.get(), content)) return system_error("write", file, errno);
    return {};
}

Result<> ensure_directory(const path& directory, const FileMode& mode) {
    std::error_code error;
    const path parent = parent_of(directory);
    if (!std::filesystem::exists(parent, error))
        if (const auto made = ensure_directory(parent); !made) return made;
    const bool made = ::mkdir(directory.c_str(), 0700) == 0;
    if (!made && errno != EEXIST) return system_error("make the folder", directory, errno);
    // Not through a symbolic link: mode and owner of a folder elsewhere are not ours to change.
    const UniqueFd descriptor(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!descriptor) return system_error("open the folder", directory, errno);
    struct stat now{};
    if (::fstat(descriptor.get(), &now) != 0) return system_error("look at", directory, errno);
    const bool as_wanted = (now.st_mode & 07777) == mode.mode &&
                           (!mode.owner || (now.st_uid == mode.owner->uid && now.st_gid == mode.owner->gid));
    if (!as_wanted && !set_mode_and_owner(descriptor.get(), mode))
        return system_error("set mode and owner of", directory, errno);
    return made ? sync_directory(parent) : Result<>{};
}

Result<> write_symlink(const path& link, const path& target) {
    std::string temporary = temporary_name(link).string();
    // mkostemp finds a free name; the link then takes its place.
    const UniqueFd placeholder(::mkostemp(temporary.data(), O_CLOEXEC));
    if (!placeholder) return system_error("write", link, errno);
    ::unlink(temporary.c_str());
    if (::symlink(target.c_str(), temporary.c_str()) != 0 || ::rename(temporary.c_str(), link.c_str()) != 0) {
        const int number = errno;
        ::unlink(temporary.c_str());
        return system_error("write the link", link, number);
    }
    return sync_directory(parent_of(link));
}

Result<> sync_directory(const path& directory) {
    const UniqueFd descriptor(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!descriptor) return system_error("open the folder", directory, errno);
    // EINVAL: a file system that cannot sync folders; there is nothing more to be had from it.
    if (::fsync(descriptor.get()) != 0 && errno != EINVAL) return system_error("sync the folder", directory, errno);
    return {};
}

Result<FileLock> FileLock::try_take(const path& file) {
    auto descriptor = open_lock(file, LOCK_EX | LOCK_NB);
    if (!descriptor) return std::unexpected(descriptor.error());
    return FileLock(std::move(*descriptor));
}

Result<FileLock> FileLock::take(const path& file) {
    auto descriptor = open_lock(file, LOCK_EX);
    if (!descriptor) return std::unexpected(descriptor.error());
    return FileLock(std::move(*descriptor));
}

}  // namespace sys
