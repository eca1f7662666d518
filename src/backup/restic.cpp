#include "backup/restic.h"

#include <algorithm>
#include <format>
#include <sstream>

#include "base/text.h"
#include "json/json.h"

namespace backup {
namespace {

/// The exit codes of restic that mean something.
enum Code { no_repository = 10, locked = 11, wrong_password = 12 };

/// Marks our backups in a repository that holds others, too.
constexpr std::string_view tag = "mailserver";

/// A first backup of a large server over a slow line takes days.
constexpr auto longest = std::chrono::weeks(2);

/// The last line that is JSON of this kind.
json::Value last_json(std::string_view output, const std::function<bool(const json::Value&)>& fits) {
    json::Value last;
    for (const auto line : base::split(output, '\n')) {
        if (!line.starts_with('{') && !line.starts_with('[')) continue;
        if (auto value = json::parse(line); value && fits(*value)) last = std::move(*value);
    }
    return last;
}

std::unexpected<base::Error> not_understood(std::string_view what) {
    return base::fail(std::format("cannot understand restic: it did not tell {}", what));
}

/// "2026-11-21T22:51:58.494608507Z"; also with an offset, which restic writes in the time zone of who made it.
base::SystemTime time_in(const std::string& text) {
    std::string whole = text.substr(0, 19);
    const auto rest = text.find_first_of("Z+-", 19);
    whole += rest == std::string::npos || text[rest] == 'Z' ? "+00:00" : text.substr(rest);
    base::SystemTime time{};
    std::istringstream stream(whole);
    stream >> std::chrono::parse("%FT%T%Ez", time);
    return time;
}

/// What restic complained of: the message of its last error, or its last line.
std::string complaint(std::string_view output) {
    std::string last;
    for (const auto line : base::split(output, '\n')) {
        const auto text = base::trim(line);
        if (text.empty()) continue;
        if (!text.starts_with('{')) {
            last = text;
            continue;
        }
        const auto value = json::parse(text);
        if (!value) continue;
        if ((*value)["message_type"].text() == "exit_error") last = (*value)["message"].text();
        if ((*value)["message_type"].text() == "error") last = (*value)["error"]["message"].text();
    }
    if (last.starts_with("Fatal: ")) last.erase(0, 7);
    return base::printable(base::replace_all(std::string(base::trim(last)), "\n", ", "));
}

}  // namespace

base::Result<Summary> parse_summary(std::string_view output) {
    const auto summary = last_json(output, [](const auto& v) { return v["message_type"].text() == "summary"; });
    if (summary["snapshot_id"].text().empty()) return not_understood("how the backup went");
    const auto number = [&](std::string_view name) { return static_cast<std::uint64_t>(summary[name].number()); };
    return Summary{.snapshot = summary["snapshot_id"].text(),
                   .files = number("total_files_processed"),
                   .octets = number("total_bytes_processed"),
                   .added = number("data_added_packed")};
}

base::Result<std::vector<Snapshot>> parse_snapshots(std::string_view output) {
    const auto list = last_json(output, [](const auto& v) { return v.is_array(); });
    if (!list.is_array()) return not_understood("which backups there are");
    std::vector<Snapshot> all;
    for (const auto& item : list.items())
        all.push_back({.id = item["id"].text(),
                       .time = time_in(item["time"].text()),
                       .host = item["hostname"].text(),
                       .files = static_cast<std::uint64_t>(item["summary"]["total_files_processed"].number()),
                       .octets = static_cast<std::uint64_t>(item["summary"]["total_bytes_processed"].number())});
    return all;
}

base::Result<std::string> parse_repository_id(std::string_view output) {
    // Of an existing repository the configuration is printed over several lines.
    const auto begin = output.find("{\n");
    const auto end = output.rfind('}');
    json::Value value = last_json(output, [](const auto& v) { return v.has("id"); });
    if (value.is_null() && begin != std::string_view::npos && end != std::string_view::npos && end > begin)
        value = json::parse(output.substr(begin, end - begin + 1)).value_or(json::Value());
    if (value["id"].text().empty()) return not_understood("the repository's id");
    return value["id"].text();
}

base::Result<std::uint64_t> parse_entry_count(std::string_view output) {
    const auto value = last_json(output, [](const auto& v) { return v.has("total_file_count"); });
    if (value.is_null()) return not_understood("how much the backup holds");
    return static_cast<std::uint64_t>(value["total_file_count"].number());
}

base::Error explain(const Repository& repository, std::string_view doing, const sys::Outcome& outcome) {
    const auto error = [&](std::string why, std::string remedy, base::ErrorKind kind, base::Permanence permanence) {
        return base::Error{.text = std::format("cannot {}: {}", doing, why),
                           .remedy = std::move(remedy),
                           .kind = kind,
                           .permanence = permanence};
    };
    const auto said = complaint(outcome.output);
    switch (outcome.exit_code) {
        case no_repository:
            return error(std::format("there is no repository in {}", repository.name),
                         "`./mailserver.sh backup now` makes one. If there was one, look whether its disk is mounted.",
                         base::ErrorKind::not_found, base::Permanence::permanent);
        case locked:
            return error("another program is at work in the repository",
                         "Try again later. A lock that a dead machine left is removed when it is half an hour old.",
                         base::ErrorKind::failed, base::Permanence::transient);
        case wrong_password:
            return error("the password does not fit the repository",
                         "Set BACKUP_PASSWORD to the one the repository was made with.", base::ErrorKind::failed,
                         base::Permanence::permanent);
        default:
            break;
    }
    if (said.contains("no matching ID found") || said.contains("no snapshot found"))
        return error("there is no such backup", "`./mailserver.sh backup list` shows all.", base::ErrorKind::not_found,
                     base::Permanence::permanent);
    if (said.contains("no space left on device"))
        return error("the disk is full: " + said, "Make room where the repository is, and in the workspace.",
                     base::ErrorKind::failed, base::Permanence::transient);
    return error(said.empty() ? std::format("restic ended with exit code {}", outcome.exit_code) : said,
                 repository.name.starts_with("sftp:")
                     ? std::format("Look whether the machine can be reached, and lets in the key {}/id_ed25519.pub.",
                                   repository.files)
                 : repository.is_folder() ? "Look at the disk of the repository."
                                          : "Look whether it can be reached, and BACKUP_ENVIRONMENT has its login.",
                 base::ErrorKind::failed, base::Permanence::transient);
}

std::string literal(std::string_view text) {
    std::string pattern;
    for (const char c : text) {
        if (std::string_view("*?[\\").contains(c)) pattern += '\\';
        pattern += c;
    }
    return pattern;
}

sys::Command Restic::command(std::vector<std::string> words, const std::string& folder) const {
    // The lowest priority for processor and disk; and when we are killed, it is killed, too.
    std::vector<std::string> argv{"setpriv", "--pdeathsig", "KILL", "nice", "-n",   "19",    "ionice",
                                  "-c",      "3",           "env",  "-C",   folder, "restic"};
    std::vector<std::string> environment{"RESTIC_REPOSITORY=" + repository_.name,
                                         "RESTIC_PASSWORD=" + repository_.password.reveal(),
                                         "RESTIC_CACHE_DIR=" + repository_.cache, "TMPDIR=/tmp"};
    for (const auto& variable : repository_.environment) environment.push_back(variable.reveal());
    if (repository_.is_folder()) argv.emplace_back("--no-cache");
    if (repository_.name.starts_with("sftp:")) {
        argv.emplace_back("-o");
        argv.push_back(
            std::format("sftp.args=-i {0}/id_ed25519 -o UserKnownHostsFile={0}/known_hosts -o "
                        "StrictHostKeyChecking=accept-new -o BatchMode=yes -o ServerAliveInterval=60",
                        repository_.files));
    }
    argv.insert(argv.end(), std::make_move_iterator(words.begin()), std::make_move_iterator(words.end()));
    return {.argv = std::move(argv),
            .environment = std::move(environment),
            .most_output = 64 * 1024 * 1024,
            .timeout = longest};
}

base::Result<std::string> Restic::call(std::string_view doing, std::vector<std::string> words,
                                       const std::string& folder) const {
    auto outcome = run_(command(words, folder));
    if (outcome && outcome->exit_code == locked) {
        remove_dead_locks();
        outcome = run_(command(std::move(words), folder));
    }
    if (!outcome) return base::context(std::format("cannot {}", doing), outcome.error());
    if (outcome->exit_code != 0) return std::unexpected(explain(repository_, doing, *outcome));
    return std::move(outcome->output);
}

void Restic::remove_dead_locks() const {
    // It knows that a process of this machine is gone; of another machine's it waits for half an hour. Containers are
    // machines of new names, so it is told when all there are are this server's own of before.
    std::vector<std::string> unlock{"unlock"};
    const auto list = run_(command({"list", "locks", "--no-lock", "--quiet"}));
    const auto ids = list && list->exit_code == 0 ? base::words(list->output) : std::vector<std::string_view>{};
    const bool all_dead = !ids.empty() && std::ranges::all_of(ids, [&](std::string_view id) {
        const auto lock = run_(command({"cat", "lock", std::string(id), "--no-lock", "--quiet"}));
        const auto value = lock ? json::parse(lock->output).value_or(json::Value()) : json::Value();
        return repository_.dead_machines.contains(value["hostname"].text());
    });
    if (all_dead) unlock.emplace_back("--remove-all");
    (void)run_(command(std::move(unlock)));
}

base::Result<std::string> Restic::id() const {
    const auto said = call("open the backups", {"cat", "config", "--json", "--no-lock"});
    return said ? parse_repository_id(*said) : said;
}

base::Result<std::string> Restic::make() const {
    const auto said = call("make a repository for backups", {"init", "--json"});
    return said ? parse_repository_id(*said) : said;
}

base::Result<Summary> Restic::backup(const std::string& folder) const {
    // restic stores paths as it is told them: from inside the folder they are the workspace's own. Its files are linked
    // anew each time, so that the time of the link differs, and nothing else.
    const auto said = call(
        "make a backup",
        {"backup", "--json", "--quiet", "--ignore-ctime", "--host", repository_.host, "--tag", std::string(tag), "."},
        folder);
    return said ? parse_summary(*said) : std::unexpected(said.error());
}

base::Result<> Restic::forget(const std::vector<std::string>& keep) const {
    if (keep.empty()) return {};
    std::vector<std::string> words{"forget", "--json",         "--quiet",    "--host",   repository_.host,
                                   "--tag",  std::string(tag), "--group-by", "host,tags"};
    for (const auto& rule : keep) words.push_back("--keep-" + rule);
    const auto said = call("remove old backups", std::move(words));
    return said ? base::Result<>{} : std::unexpected(said.error());
}

base::Result<> Restic::prune() const {
    const auto said = call("clean the repository of backups", {"prune", "--quiet"});
    return said ? base::Result<>{} : std::unexpected(said.error());
}

base::Result<> Restic::check() const {
    const auto said = call("find the repository of backups whole", {"check", "--quiet", "--read-data-subset=2%"});
    return said ? base::Result<>{} : std::unexpected(said.error());
}

base::Result<std::vector<Snapshot>> Restic::list() const {
    const auto said = call("list the backups", {"snapshots", "--json", "--no-lock", "--tag", std::string(tag)});
    return said ? parse_snapshots(*said) : std::unexpected(said.error());
}

base::Result<Snapshot> Restic::find(std::string_view id) const {
    const auto all = list();
    if (!all) return std::unexpected(all.error());
    std::vector<Snapshot> fitting;
    for (const auto& one : *all)
        if (id.empty() ? one.host == repository_.host : one.id.starts_with(id)) fitting.push_back(one);
    if (!fitting.empty() && (id.empty() || fitting.size() == 1)) return fitting.back();
    if (!id.empty())
        return base::fail(std::format("there is no backup '{}'", base::printable(id, 80)),
                          "`./mailserver.sh backup list` shows all.", base::ErrorKind::not_found);
    return base::fail(std::format("there is no backup of {} in {}", repository_.host, repository_.name),
                      all->empty()
                          ? "`./mailserver.sh backup now` makes one."
                          : "There are some of other servers: `./mailserver.sh backup list`, then --snapshot=ID.",
                      base::ErrorKind::not_found);
}

base::Result<std::uint64_t> Restic::count_entries(const std::string& snapshot) const {
    const auto said =
        call("look into the backup", {"stats", "--json", "--quiet", "--mode", "restore-size", "--", snapshot});
    return said ? parse_entry_count(*said) : std::unexpected(said.error());
}

base::Result<> Restic::restore(const std::string& snapshot, const std::string& folder,
                               const std::vector<std::string>& paths) const {
    std::vector<std::string> words{"restore", "--quiet", "--verify", "--target", folder};
    for (const auto& path : paths) words.push_back("--include=" + literal(path));
    words.insert(words.end(), {"--", snapshot});
    const auto said = call("restore a backup", std::move(words));
    return said ? base::Result<>{} : std::unexpected(said.error());
}

}  // namespace backup
