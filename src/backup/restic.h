#pragma once
/// restic, the program that keeps the backups: how it is called, and what it says. Secrets reach it by its environment,
/// which only root can read, never by its arguments.
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/secret.h"
#include "sys/command.h"

namespace backup {

/// Where the backups of this server are.
struct Repository {
    std::string name;  ///< as restic takes it
    base::Secret password;
    std::vector<base::Secret> environment;  ///< "NAME=value"
    std::string host;                       ///< whose backups: several servers may share a repository
    std::string files;                      ///< folder with the key for sftp: and the hosts known there
    std::string cache;                      ///< folder
    /// The names of the machine under which nothing of this server is at work any more: locks of theirs are dead.
    std::set<std::string> dead_machines = {};

    bool is_folder() const { return name.starts_with('/'); }
};

/// One backup, as restic lists it.
struct Snapshot {
    std::string id;
    base::SystemTime time;
    std::string host;
    std::uint64_t files = 0, octets = 0;
};

/// What restic says at the end of a backup.
struct Summary {
    std::string snapshot;
    std::uint64_t files = 0, octets = 0, added = 0;
};

/// All of it in text of restic's `--json`: lines of JSON, with others between them.
base::Result<Summary> parse_summary(std::string_view output);
base::Result<std::vector<Snapshot>> parse_snapshots(std::string_view output);  ///< oldest first
base::Result<std::string> parse_repository_id(std::string_view output);
base::Result<std::uint64_t> parse_entry_count(std::string_view output);

/// Why restic failed, from its exit code and what it said, with a remedy.
base::Error explain(const Repository& repository, std::string_view doing, const sys::Outcome& outcome);

/// `text` as a pattern of restic that fits nothing but itself.
std::string literal(std::string_view text);

/// Calls restic. Each error says what to do about it; transient: the repository does not answer, or is locked.
class Restic {
  public:
    using Run = std::function<base::Result<sys::Outcome>(const sys::Command&)>;

    explicit Restic(Repository repository, Run run = sys::run)
        : repository_(std::move(repository)), run_(std::move(run)) {}

    const Repository& repository() const { return repository_; }

    /// The id of the repository; not_found when there is none in its place.
    base::Result<std::string> id() const;
    /// Makes a new repository; its id.
    base::Result<std::string> make() const;
    /// Everything below the folder as a new backup.
    base::Result<Summary> backup(const std::string& folder) const;
    /// Forgets backups but those to be kept ("daily=7"); all stay when nothing is named.
    base::Result<> forget(const std::vector<std::string>& keep) const;
    /// Takes out of the repository what no backup needs any more.
    base::Result<> prune() const;
    /// Reads the repository's structure, and a part of its content.
    base::Result<> check() const;
    /// All of this program, also those of other servers; oldest first.
    base::Result<std::vector<Snapshot>> list() const;
    /// One whose id begins like this, or without a name this server's newest; not_found.
    base::Result<Snapshot> find(std::string_view id) const;
    /// How many files and folders a backup holds.
    base::Result<std::uint64_t> count_entries(const std::string& snapshot) const;
    /// Writes what is below these paths of the backup, or everything, into a folder, and reads it back.
    base::Result<> restore(const std::string& snapshot, const std::string& folder,
                           const std::vector<std::string>& paths) const;

    /// The command behind all of these, run in a folder.
    sys::Command command(std::vector<std::string> words, const std::string& folder = "/") const;

  private:
    /// A lock that a killed restic left behind is removed, another one is an error.
    void remove_dead_locks() const;
    base::Result<std::string> call(std::string_view doing, std::vector<std::string> words,
                                   const std::string& folder = "/") const;

    Repository repository_;
    Run run_;
};

}  // namespace backup
