#include "backup/snapshot.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <format>
#include <random>
#include <vector>

#include "backup/contents.h"
#include "backup/mirror.h"
#include "base/text.h"
#include "db/database.h"
#include "sys/files.h"

namespace backup {
namespace {

namespace fs = std::filesystem;

/// So many messages are compared in a drill.
constexpr std::size_t sample_size = 100;

Folder open_folder(const std::string& path) {
    return Folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

/// A folder of the workspace and the same in the snapshot.
struct Pair {
    Folder from, to;
};

class Maker {
  public:
    Maker(const Place& place, const std::string& folder) : place_(place), folder_(folder), contents_(left_out(place)) {}

    base::Result<Manifest> make(base::SystemTime now) {
        if (auto opened = open_roots(); !opened) return std::unexpected(opened.error());
        manifest_.made = now;
        manifest_.hostname = place_.hostname;
        for (const auto step : {&Maker::copy_queue, &Maker::link_homes, &Maker::link_rest, &Maker::copy_databases,
                                &Maker::link_homes, &Maker::describe})
            if (auto done = (this->*step)(); !done) return std::unexpected(done.error());
        return manifest_;
    }

  private:
    static std::vector<std::string> left_out(const Place& place) {
        std::vector<std::string> folders;
        if (!place.index_dir.empty()) folders.push_back(place.index_dir);
        if (place.repository.starts_with(place.workspace + "/"))
            folders.push_back(place.repository.substr(place.workspace.size() + 1));
        return folders;
    }

    base::Result<> open_roots() {
        if (auto removed = remove_folder(folder_); !removed) return removed;
        if (auto made = sys::ensure_directory(folder_, {.mode = 0700, .owner = {}}); !made) return made;
        root_ = {open_folder(place_.workspace), open_folder(folder_)};
        if (root_.from && root_.to) return {};
        return base::fail(std::format("cannot open {}: {}", place_.workspace, base::errno_text(errno)));
    }

    /// Both sides of a folder; what is missing of the path in the snapshot is made. No `from`: there is no such folder.
    base::Result<Pair> enter(const std::string& path) {
        Pair pair{open_folder(place_.workspace), open_folder(folder_)};
        for (const auto part : base::split(path, '/')) {
            const std::string name(part);
            // Not inside mail/inboxes: an operator may have put a link in the way.
            Folder next(::openat(pair.from.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
            if (!next) return Pair{};
            auto made = enter_or_make(pair.to, name, next);
            if (!made) return std::unexpected(made.error());
            pair = {std::move(next), std::move(*made)};
        }
        return pair;
    }

    /// Files of the queue change in place, so they are copied. Mail that is still coming in cannot be executed.
    base::Result<> copy_queue() {
        const std::string queue = "var/spool/postfix";
        for (const auto& [folders, mail] : {std::pair(std::span<const std::string_view>(queue_folders), true),
                                            std::pair(std::span<const std::string_view>(note_folders), false)}) {
            const auto how = mail ? Mirror::How::copy_if_complete : Mirror::How::copy;
            Mirror mirror([how](const Mirror::Item&) { return how; },
                          [&, counts = mail](const Mirror::Item&) { manifest_.queued += counts ? 1 : 0; });
            // Twice through all of them: mail also moves back, from the deferred to the active.
            for (int round = 0; round < 2; ++round)
                for (const auto folder : folders) {
                    const auto pair = enter(queue + "/" + std::string(folder));
                    if (!pair) return std::unexpected(pair.error());
                    if (!pair->from) continue;
                    if (auto done = mirror.settle(pair->from, pair->to); !done) return done;
                }
        }
        return {};
    }

    /// Those that are not there yet. Each is settled by itself: users move mail within their own home only.
    base::Result<> link_homes() {
        const auto inboxes = enter("mail/inboxes");
        if (!inboxes) return std::unexpected(inboxes.error());
        if (!inboxes->from) return {};
        base::Result<> result;
        for (const auto& domain : folders_in(inboxes->from)) {
            const Folder from = inboxes->from.enter(domain);
            if (!from) continue;
            const auto to = enter_or_make(inboxes->to, domain, from);
            if (!to) return std::unexpected(to.error());
            for (const auto& name : folders_in(from)) {
                const Folder home = from.enter(name);
                if (!home || to->enter(name)) continue;
                const auto kept = enter_or_make(*to, name, home);
                if (!kept) return std::unexpected(kept.error());
                if (auto done = link_home(home, *kept); !done)
                    return base::context("cannot copy " + name, done.error());
            }
        }
        return {};
    }

    static base::Result<> link_home(const Folder& from, const Folder& to) {
        return Mirror([](const Mirror::Item& item) {
                   return is_kept_of_home(item.folder, item.name, item.is_folder) ? Mirror::How::link
                                                                                  : Mirror::How::leave;
               })
            .settle(from, to);
    }

    static std::vector<std::string> folders_in(const Folder& folder) {
        std::vector<std::string> names;
        folder.for_each([&](const std::string& name, bool is_folder) {
            if (is_folder) names.push_back(name);
        });
        return names;
    }

    base::Result<> link_rest() {
        return Mirror([this](const Mirror::Item& item) {
                   const auto path = item.folder.empty() ? item.name : item.folder + "/" + item.name;
                   const auto taking = contents_.of(path, item.is_folder);
                   if (taking == Taking::database && !std::ranges::contains(databases_, path))
                       databases_.push_back(path);
                   return taking == Taking::link || taking == Taking::enter ? Mirror::How::link : Mirror::How::leave;
               })
            .settle(root_.from, root_.to);
    }

    base::Result<> copy_databases() {
        for (const auto& path : databases_) {
            const fs::path file = fs::path(place_.workspace) / path, copy = fs::path(folder_) / path;
            struct stat status{};
            // An empty file is one whose making was interrupted.
            if (::lstat(file.c_str(), &status) != 0 || !S_ISREG(status.st_mode) || status.st_size == 0) continue;
            auto database = db::Database::open(file, db::Database::Mode::existing);
            if (!database) return std::unexpected(database.error());
            if (auto copied = database->copy_to(copy); !copied) return copied;
            if (::chown(copy.c_str(), status.st_uid, status.st_gid) != 0 ||
                ::chmod(copy.c_str(), status.st_mode & 07777) != 0)
                return base::fail(std::format("cannot write {}: {}", copy.string(), base::errno_text(errno)));
        }
        return {};
    }

    /// Counts what is there, and picks the sample.
    base::Result<> describe() {
        const auto pair = enter(std::string(manifest_path.substr(0, manifest_path.rfind('/'))));
        if (!pair) return std::unexpected(pair.error());
        std::mt19937_64 chance(std::random_device{}());
        std::vector<std::string> picked;
        std::error_code error;
        for (fs::recursive_directory_iterator entry(folder_, error), end; !error && entry != end;
             entry.increment(error)) {
            ++manifest_.entries;
            if (entry->is_symlink() || !entry->is_regular_file() ||
                !entry->path().string().contains("/mail/inboxes/") ||
                !holds_messages(entry->path().parent_path().string()))
                continue;
            // Each message has the same chance to stay in the sample.
            const auto place = manifest_.messages++ < sample_size ? picked.size() : chance() % manifest_.messages;
            if (place == picked.size() && place < sample_size)
                picked.push_back(entry->path());
            else if (place < picked.size())
                picked[place] = entry->path();
        }
        if (error) return base::fail(std::format("cannot read {}: {}", folder_, error.message()));
        for (const auto& path : picked) {
            const auto digest = digest_of(path);
            if (!digest) return std::unexpected(digest.error());
            manifest_.sample.push_back({.path = path.substr(folder_.size() + 1), .digest = *digest});
        }
        const auto accounts = count_accounts(folder_);
        if (!accounts) return std::unexpected(accounts.error());
        manifest_.accounts = *accounts;
        ++manifest_.entries;  // itself
        return write_manifest(folder_, manifest_);
    }

    const Place& place_;
    const std::string& folder_;
    Contents contents_;
    Pair root_;
    std::vector<std::string> databases_;
    Manifest manifest_;
};

}  // namespace

base::Result<Manifest> make_snapshot(const Place& place, const std::string& folder, base::SystemTime now) {
    auto made = Maker(place, folder).make(now);
    if (!made) return base::context("cannot make a copy of the workspace", made.error());
    return made;
}

base::Result<> remove_folder(const std::string& folder) {
    std::error_code error;
    fs::remove_all(folder, error);
    if (error) return base::fail(std::format("cannot remove {}: {}", folder, error.message()));
    return {};
}

}  // namespace backup
