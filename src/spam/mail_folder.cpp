#include "spam/mail_folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <format>
#include <memory>
#include <string>
#include <vector>

#include "spam/filter.h"
#include "spam/mbox.h"
#include "sys/fd.h"

namespace spam {
namespace {

constexpr int only_read = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;

/// A mail in a Maildir: the folder it is in and its name.
struct File {
    int folder;
    std::string name;
};

/// The names in an open folder, but for hidden ones.
std::vector<std::string> names_in(int folder) {
    // A descriptor of its own, because closedir() closes it.
    sys::UniqueFd again(::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    const auto close = [](DIR* stream) { ::closedir(stream); };
    const std::unique_ptr<DIR, decltype(close)> stream(::fdopendir(again.get()));
    std::vector<std::string> names;
    if (!stream) return names;
    (void)again.release();
    while (const dirent* entry = ::readdir(stream.get()))
        if (entry->d_name[0] != '.') names.emplace_back(entry->d_name);
    std::ranges::sort(names);
    return names;
}

/// Reads on until the end, or one octet more than `limit`; false on an error, with errno.
bool read_up_to(int descriptor, std::string& content, std::size_t limit) {
    char buffer[64 * 1024];
    while (content.size() <= limit) {
        const ssize_t got = ::read(descriptor, buffer, sizeof buffer);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return got == 0;
        content.append(buffer, static_cast<std::size_t>(got));
    }
    return true;
}

bool is_regular(int descriptor) {
    struct stat status{};
    return ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

base::Result<> read_maildir(const std::vector<File>& files, const TakeMail& take) {
    std::size_t done = 0;
    for (const auto& file : files) {
        ++done;
        const sys::UniqueFd descriptor(::openat(file.folder, file.name.c_str(), only_read));
        std::string mail;
        if (!descriptor || !is_regular(descriptor.get()) || !read_up_to(descriptor.get(), mail, largest_mail)) continue;
        if (mail.size() > largest_mail) mail.clear();
        if (const auto taken = take(mail, static_cast<int>(done * 100 / files.size())); !taken) return taken;
    }
    return {};
}

}  // namespace

base::Result<> for_each_mail_of_mbox(int descriptor, const TakeMail& take) {
    struct stat status{};
    const bool known = ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0;
    std::int64_t read = 0;
    const auto percent = [&] { return known ? static_cast<int>(std::min(read * 100 / status.st_size, 100L)) : -1; };
    MboxSplitter splitter(largest_mail, [&](std::string_view mail) { return take(mail, percent()); });
    char buffer[64 * 1024];
    for (;;) {
        const ssize_t got = ::read(descriptor, buffer, sizeof buffer);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return base::fail("cannot read the mbox: " + base::errno_text(errno));
        if (got == 0) return splitter.finish();
        read += got;
        if (const auto fed = splitter.feed({buffer, static_cast<std::size_t>(got)}); !fed) return fed;
    }
}

base::Result<> for_each_mail(const std::filesystem::path& folder, const TakeMail& take) {
    const auto what = std::format("cannot read the mails of {}", folder.string());
    const sys::UniqueFd opened(::open(folder.c_str(), only_read));
    if (!opened)
        return base::fail(what + ": " + base::errno_text(errno), {},
                          errno == ENOENT ? base::ErrorKind::not_found : base::ErrorKind::failed);
    if (is_regular(opened.get())) {
        const auto read = for_each_mail_of_mbox(opened.get(), take);
        return read ? read : base::context(what, read.error());
    }
    std::vector<sys::UniqueFd> parts;
    std::vector<File> files;
    for (const char* part : {"cur", "new"}) {
        sys::UniqueFd inner(::openat(opened.get(), part, only_read | O_DIRECTORY));
        if (!inner) continue;
        for (auto& name : names_in(inner.get())) files.push_back({inner.get(), std::move(name)});
        parts.push_back(std::move(inner));
    }
    if (parts.empty())
        return base::fail(what + ": it is neither a Maildir nor an mbox file",
                          "A Maildir has the folders `cur` and `new`.");
    return read_maildir(files, take);
}

}  // namespace spam
