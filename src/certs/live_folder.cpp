#include "certs/live_folder.h"

#include <fcntl.h>
#include <stdio.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <format>
#include <vector>

#include "base/log.h"
#include "sys/files.h"

namespace certs {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kept_archives = 5;
constexpr std::uint64_t largest_pem = 256 * 1024;

/// "20260301T120000Z"
std::string stamp(base::SystemTime time) {
    return std::format("{:%Y%m%dT%H%M%SZ}", time);
}

bool is_stamp(const std::string& name) {
    return name.size() == 16 && name[8] == 'T' && name[15] == 'Z' &&
           std::ranges::count_if(name, [](char c) { return c >= '0' && c <= '9'; }) == 14;
}

std::unexpected<base::Error> rename_error(const fs::path& from, const fs::path& to, int number) {
    return base::fail(std::format("cannot rename {} to {}: {}", from.string(), to.string(), base::errno_text(number)));
}

base::Result<> move(const fs::path& from, const fs::path& to) {
    if (::rename(from.c_str(), to.c_str()) != 0) return rename_error(from, to, errno);
    return {};
}

/// A new folder in the archive with the four files, all of it on disk.
base::Result<fs::path> write_archive(const LiveFolder& folder, const Pair& pair, base::SystemTime now) {
    std::error_code ignored;
    while (fs::exists(folder.archive() / stamp(now), ignored)) now += std::chrono::seconds(1);
    fs::path made = folder.archive() / stamp(now);
    const auto key = pair.key.pem();
    if (!key) return std::unexpected(key.error());
    for (const auto& parent : {folder.archive().parent_path(), folder.archive(), made})
        if (const auto done = sys::ensure_directory(parent, {.mode = 0700}); !done)
            return std::unexpected(done.error());
    const struct {
        const char* name;
        std::string content;
        mode_t mode;
    } files[] = {{"privkey.pem", key->reveal(), 0600},
                 {"cert.pem", pair.leaf().pem, 0644},
                 {"chain.pem", crypto::chain_pem(std::span(pair.chain).subspan(1)), 0644},
                 {"fullchain.pem", crypto::chain_pem(pair.chain), 0644}};
    for (const auto& file : files)
        if (const auto done = sys::write_file(made / file.name, file.content, {.mode = file.mode}); !done)
            return std::unexpected(done.error());
    return made;
}

/// Puts the real folder of an older workspace away. It stays as deep in the tree as it was: its files may be relative
/// links into the archive.
base::Result<> keep_old(const LiveFolder& folder, const fs::path& old, base::SystemTime now) {
    const fs::path kept =
        folder.letsencrypt / "archive" / std::format("{}-before-{}", folder.hostname.str(), stamp(now));
    return move(old, kept);
}

/// Makes `live/<HOSTNAME>` a link to `target` where a real folder is now.
base::Result<> exchange(const LiveFolder& folder, const fs::path& target, base::SystemTime now) {
    const fs::path other = folder.live().parent_path() / ("." + folder.hostname.str() + ".switch");
    std::error_code ignored;
    // What a kill in the middle of the last exchange left.
    if (fs::is_symlink(other, ignored)) fs::remove(other, ignored);
    if (fs::is_directory(other, ignored))
        if (const auto kept = keep_old(folder, other, now - std::chrono::seconds(1)); !kept) return kept;
    if (const auto made = sys::write_symlink(other, target); !made) return made;
    if (::renameat2(AT_FDCWD, other.c_str(), AT_FDCWD, folder.live().c_str(), RENAME_EXCHANGE) == 0)
        return keep_old(folder, other, now);
    if (errno != EINVAL && errno != ENOSYS) return rename_error(other, folder.live(), errno);
    // A file system that cannot exchange: for an instant there is nothing. The engines do not read here.
    if (const auto kept = keep_old(folder, folder.live(), now); !kept) return kept;
    return move(other, folder.live());
}

void prune(const LiveFolder& folder, const fs::path& in_use) {
    std::error_code error;
    std::vector<fs::path> ours;
    for (const auto& entry : fs::directory_iterator(folder.archive(), error))
        if (entry.path() != in_use && is_stamp(entry.path().filename().string())) ours.push_back(entry.path());
    std::ranges::sort(ours, std::greater());
    for (std::size_t i = kept_archives - 1; i < ours.size(); ++i) {
        fs::remove_all(ours[i], error);
        if (error) base::log("certs", std::format("cannot remove {}: {}", ours[i].string(), error.message()));
    }
}

}  // namespace

base::Result<Pair> load(const LiveFolder& folder) {
    const fs::path live = folder.live();
    const auto chain = sys::read_file(live / "fullchain.pem", largest_pem);
    if (!chain) return std::unexpected(chain.error());
    const auto key = sys::read_file(live / "privkey.pem", largest_pem);
    if (!key) return base::fail(key.error().text);  // half a pair is damage, not absence
    auto pair = make_pair(*chain, *key, folder.hostname);
    if (!pair) return base::context(std::format("cannot use {}", live.string()), std::move(pair.error()));
    return pair;
}

base::Result<> install(const LiveFolder& folder, const Pair& pair, base::SystemTime now) {
    const auto made = write_archive(folder, pair, now);
    if (!made) return std::unexpected(made.error());
    const fs::path live = folder.live();
    if (const auto done = sys::ensure_directory(live.parent_path(), {.mode = 0700}); !done) return done;
    const fs::path target = fs::path("..") / "archive" / folder.hostname.str() / made->filename();
    std::error_code ignored;
    const bool real_folder = fs::is_directory(fs::symlink_status(live, ignored));
    if (const auto done = real_folder ? exchange(folder, target, now) : sys::write_symlink(live, target); !done)
        return done;
    if (const auto done = sys::sync_directory(live.parent_path()); !done) return done;
    prune(folder, *made);
    return {};
}

}  // namespace certs
