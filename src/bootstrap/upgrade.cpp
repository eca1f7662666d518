#include "bootstrap/upgrade.h"

#include <algorithm>
#include <format>
#include <vector>

#include "base/text.h"
#include "bootstrap/snapshot.h"
#include "db/database.h"
#include "json/json.h"
#include "sys/files.h"

namespace bootstrap {
namespace {

namespace fs = std::filesystem;

fs::path stamp_file(const fs::path& workspace) {
    return workspace / "etc/mailserver/workspace.json";
}

fs::path accounts_file(const fs::path& workspace) {
    return workspace / "etc/mailserver/accounts.sqlite";
}

/// A version as a part of a file's name.
std::string name_of(const std::string& version) {
    std::string name = version.substr(0, 40);
    for (char& c : name)
        if (!std::string_view("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.+-").contains(c)) c = '-';
    return name.empty() ? "unknown" : name;
}

/// What a workspace without a stamp is: the first versions wrote none.
Stamp stamp_before_stamps() {
    return {.version = "0.1.0 or older", .format = 0, .accounts_schema = 0};
}

base::Result<Stamp> read_stamp(const fs::path& workspace) {
    const auto file = stamp_file(workspace);
    const auto text = sys::read_file(file, 64 * 1024);
    if (!text && text.error().kind == base::ErrorKind::not_found) return stamp_before_stamps();
    if (!text) return std::unexpected(text.error());
    auto stamp = parse_stamp(*text);
    if (!stamp)
        return base::fail(std::format("cannot use {}: {}", file.string(), stamp.error().text),
                          "Restore this file from a backup.");
    return stamp;
}

std::vector<fs::path> snapshots_there_are(const fs::path& workspace) {
    std::vector<fs::path> all;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(snapshots(workspace), ignored))
        if (entry.path().extension() != ".new") all.push_back(entry.path());
    std::ranges::sort(all);
    return all;
}

std::unexpected<base::Error> refuse_newer(const fs::path& workspace, const Stamp& stamp, const Program& program) {
    auto remedy =
        std::format("Start version {} again, or a newer one: nothing was changed.", base::printable(stamp.version, 40));
    if (const auto all = snapshots_there_are(workspace); !all.empty())
        remedy += std::format(
            " To go back, see \"Back to an older version\" in README.md; the state before the last upgrade, without "
            "mail, is in {}.",
            fs::relative(all.back(), workspace).string());
    return base::fail(std::format("cannot use the workspace: version {} of this server wrote it, and this is the older "
                                  "version {}",
                                  base::printable(stamp.version, 40), program.version),
                      std::move(remedy));
}

base::Result<> write_stamp(const fs::path& workspace, const Stamp& stamp) {
    return sys::write_file(stamp_file(workspace), to_text(stamp));
}

/// Once an upgrade: what a start that was killed leaves is no state to go back to.
base::Result<> take_snapshot(const fs::path& workspace, Stamp& stamp, const std::string& version,
                             base::SystemTime now) {
    if (stamp.upgrading_to == version) return {};
    const auto folder = snapshots(workspace);
    if (const auto made = sys::ensure_directory(folder, {.mode = 0700}); !made) return made;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder, ignored))
        if (entry.path().extension() == ".new") fs::remove_all(entry.path(), ignored);
    // So that the copy has one.
    stamp.upgrading_to.clear();
    if (const auto written = write_stamp(workspace, stamp); !written) return written;
    const auto name = std::format("{:%Y%m%dT%H%M%SZ}-{}", now, name_of(stamp.version));
    if (!fs::exists(folder / name, ignored))
        if (const auto copied = copy_small_state(workspace, folder / name); !copied)
            return base::context("cannot keep the state before the upgrade", copied.error());
    auto all = snapshots_there_are(workspace);
    for (std::size_t old = 0; old + kept_snapshots < all.size(); ++old) fs::remove_all(all[old], ignored);
    stamp.upgrading_to = version;
    return write_stamp(workspace, stamp);
}

}  // namespace

std::span<const WorkspaceStep> workspace_steps() {
    return {};
}

std::string to_text(const Stamp& stamp) {
    auto value = json::object(
        {{"version", stamp.version}, {"format", stamp.format}, {"accounts_schema", stamp.accounts_schema}});
    if (!stamp.upgrading_to.empty()) value.set("upgrading_to", stamp.upgrading_to);
    return json::dump(value, 2) + "\n";
}

base::Result<Stamp> parse_stamp(std::string_view text) {
    const auto value = json::parse(text);
    if (!value) return std::unexpected(value.error());
    const auto &format = (*value)["format"], &schema = (*value)["accounts_schema"];
    if (!(*value)["version"].is_text() || !format.is_number() || !schema.is_number() || format.number() < 0 ||
        schema.number() < 0)
        return base::fail("it does not say which version wrote the workspace");
    return Stamp{.version = (*value)["version"].text(),
                 .format = static_cast<std::size_t>(format.number()),
                 .accounts_schema = static_cast<std::size_t>(schema.number()),
                 .upgrading_to = (*value)["upgrading_to"].text()};
}

fs::path snapshots(const fs::path& workspace) {
    return workspace / "var/lib/mailserver/before-upgrade";
}

base::Result<std::string> upgrade_workspace(const fs::path& workspace, const Program& program, base::SystemTime now) {
    auto stamp = read_stamp(workspace);
    if (!stamp) return std::unexpected(stamp.error());
    const Stamp wanted{
        .version = program.version, .format = program.steps.size(), .accounts_schema = program.accounts_schema};
    if (*stamp == wanted) return "as before";
    if (stamp->format > wanted.format || stamp->accounts_schema > wanted.accounts_schema)
        return refuse_newer(workspace, *stamp, program);
    const auto before = stamp->version;
    std::error_code ignored;
    const bool is_new = !fs::exists(accounts_file(workspace), ignored);
    if (!is_new) {
        const auto condition = db::Database::examine(accounts_file(workspace));
        if (!condition) return std::unexpected(condition.error());
        // The next step refuses the start with the way to bring the accounts back.
        if (!condition->good) return "waits for the accounts";
        if (const auto kept = take_snapshot(workspace, *stamp, program.version, now); !kept)
            return std::unexpected(kept.error());
    }
    for (auto step = stamp->format; step < program.steps.size(); ++step) {
        if (const auto done = program.steps[step].run(workspace); !done)
            return base::context(std::format("cannot bring the workspace up to date ({})", program.steps[step].what),
                                 done.error());
        stamp->format = step + 1;
        // The old version until all is done: a start that is killed in between is still an upgrade.
        if (const auto noted = write_stamp(workspace, *stamp); !noted) return std::unexpected(noted.error());
    }
    if (const auto noted = write_stamp(workspace, wanted); !noted) return std::unexpected(noted.error());
    return is_new ? "new" : std::format("brought up to date from version {}", base::printable(before, 40));
}

}  // namespace bootstrap
