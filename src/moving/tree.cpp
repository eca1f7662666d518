#include "moving/tree.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <format>

#include "base/text.h"

namespace moving {
namespace {

/// The folder a path's file is in, and the file's name.
std::pair<Folder, std::string> parent_of(const Folder& folder, std::string_view path) {
    const auto slash = path.rfind('/');
    if (slash == std::string_view::npos) return {enter(folder, "."), std::string(path)};
    return {enter(folder, path.substr(0, slash)), std::string(path.substr(slash + 1))};
}

std::vector<std::string> names(const Folder& folder, bool folders) {
    std::vector<std::string> all;
    folder.for_each([&](const std::string& name, bool is_folder) {
        if (is_folder == folders) all.push_back(name);
    });
    std::ranges::sort(all);
    return all;
}

}  // namespace

Folder open_folder(const std::string& path) {
    return Folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

Folder enter(const Folder& folder, std::string_view path) {
    Folder inner = folder.enter(".");
    for (const auto part : base::split(path, '/')) {
        if (!inner) break;
        inner = inner.enter(std::string(part));
    }
    return inner;
}

base::Result<std::string> read_text(const Folder& folder, std::string_view path, std::uint64_t limit) {
    const auto [parent, name] = parent_of(folder, path);
    if (!parent) return base::fail(std::format("there is no {}", path), {}, base::ErrorKind::not_found);
    const auto file = open_file(parent, name);
    if (!file) return std::unexpected(file.error());
    std::string content;
    char buffer[64 * 1024];
    for (;;) {
        const ssize_t got = ::read(file->descriptor.get(), buffer, sizeof buffer);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return base::fail(std::format("cannot read {}: {}", path, base::errno_text(errno)));
        if (got == 0) return content;
        content.append(buffer, static_cast<std::size_t>(got));
        if (content.size() > limit)
            return base::fail(std::format("cannot read {}: it is larger than {}", path, base::human_size(limit)));
    }
}

bool has_file(const Folder& folder, std::string_view path) {
    const auto [parent, name] = parent_of(folder, path);
    return parent && open_file(parent, name);
}

std::vector<std::string> folders_in(const Folder& folder) {
    return names(folder, true);
}

std::vector<std::string> files_in(const Folder& folder) {
    return names(folder, false);
}

base::Result<OpenFile> open_file(const Folder& folder, const std::string& name) {
    // Non-blocking, because opening a pipe would wait for its other end.
    sys::UniqueFd descriptor(
        ::openat(folder.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    const auto what = std::format("cannot read {}", base::printable(name, 200));
    if (!descriptor && errno == ELOOP)
        return base::fail(what + ": it is a symbolic link", {}, base::ErrorKind::not_found);
    if (!descriptor)
        return base::fail(what + ": " + base::errno_text(errno), {},
                          errno == ENOENT ? base::ErrorKind::not_found : base::ErrorKind::failed);
    struct stat status{};
    if (::fstat(descriptor.get(), &status) != 0 || !S_ISREG(status.st_mode))
        return base::fail(what + ": it is no file", {}, base::ErrorKind::not_found);
    return OpenFile{.descriptor = std::move(descriptor),
                    .size = static_cast<std::uint64_t>(status.st_size),
                    .changed = status.st_mtim};
}

}  // namespace moving
