#include "backup/drill.h"

#include <format>
#include <ranges>

#include "backup/snapshot.h"
#include "base/text.h"
#include "db/database.h"
#include "sys/files.h"

namespace backup {
namespace {

namespace fs = std::filesystem;

std::unexpected<base::Error> differs(std::string what) {
    return base::fail(
        "the restored backup is not what was backed up: " + std::move(what),
        "Make a new one: ./mailserver.sh backup now. If it happens again, look at the disk of the repository.");
}

base::Result<Drilled> restore_and_compare(const Restic& restic, const std::string& snapshot,
                                          const std::string& scratch) {
    if (auto restored = restic.restore(snapshot, scratch, {"/etc", "/var/lib"}); !restored)
        return std::unexpected(restored.error());
    const auto manifest = read_manifest(scratch);
    if (!manifest) return std::unexpected(manifest.error());
    if (!manifest->sample.empty()) {
        std::vector<std::string> paths;
        for (const auto& one : manifest->sample) paths.push_back("/" + one.path);
        if (auto restored = restic.restore(snapshot, scratch, paths); !restored)
            return std::unexpected(restored.error());
    }
    const auto entries = restic.count_entries(snapshot);
    if (!entries) return std::unexpected(entries.error());
    if (*entries != manifest->entries)
        return differs(std::format("it has {} files and folders, there were {}", *entries, manifest->entries));
    const auto databases = compare(scratch, *manifest);
    if (!databases) return std::unexpected(databases.error());
    return Drilled{.snapshot = snapshot, .manifest = *manifest, .databases = *databases};
}

}  // namespace

base::Result<std::size_t> compare(const fs::path& root, const Manifest& manifest) {
    std::size_t databases = 0;
    std::error_code error;
    for (fs::recursive_directory_iterator entry(root, error), end; !error && entry != end; entry.increment(error)) {
        if (entry->is_symlink() || !entry->is_regular_file() || entry->path().extension() != ".sqlite" ||
            entry->file_size() == 0)
            continue;
        const auto condition = db::Database::examine(entry->path());
        if (!condition) return std::unexpected(condition.error());
        if (!condition->good)
            return differs(std::format("{} is damaged: {}", entry->path().filename().string(), condition->fault));
        ++databases;
    }
    const auto accounts = count_accounts(root);
    if (!accounts) return std::unexpected(accounts.error());
    if (*accounts != manifest.accounts)
        return differs(std::format("it has {} accounts, there were {}", *accounts, manifest.accounts));
    for (const auto& one : manifest.sample) {
        const auto digest = digest_of(root / one.path);
        if (!digest || *digest != one.digest)
            return differs(
                std::format("the message {} is {}", base::printable(one.path), digest ? "another" : "missing"));
    }
    return databases;
}

base::Result<Drilled> drill(const Restic& restic, const std::string& scratch) {
    const auto newest = restic.find("");
    if (!newest) return std::unexpected(newest.error());
    if (auto checked = restic.check(); !checked) return std::unexpected(checked.error());
    if (auto removed = remove_folder(scratch); !removed) return std::unexpected(removed.error());
    if (auto made = sys::ensure_directory(scratch, {.mode = 0700, .owner = {}}); !made)
        return std::unexpected(made.error());
    auto drilled = restore_and_compare(restic, newest->id, scratch);
    const auto removed = remove_folder(scratch);
    if (drilled && !removed) return std::unexpected(removed.error());
    return drilled;
}

}  // namespace backup
