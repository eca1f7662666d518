#include "app/sync/run.h"

#include <algorithm>
#include <filesystem>
#include <format>
#include <thread>

#include "accounts/workspace.h"
#include "base/log.h"
#include "base/text.h"
#include "imapsync/progress.h"
#include "net/imap_session.h"
#include "sys/command.h"
#include "sys/files.h"

namespace app {
namespace {

using imapsync::FolderMap;
using imapsync::Job;

/// A first copy of a large mailbox takes its time; a server that says nothing ends a run much earlier.
constexpr std::chrono::hours longest_run{48};

imapsync::LocalFolders local_folders(const settings::Settings& settings) {
    const auto& mailboxes = settings.mailboxes;
    return {.drafts = mailboxes.drafts,
            .sent = mailboxes.sent,
            .junk = mailboxes.junk,
            .trash = mailboxes.trash,
            .archive = mailboxes.archive,
            .separator = mailboxes.separator,
            .dots_in_names = mailboxes.layout == settings::MailboxLayout::fs && mailboxes.separator != '.'};
}

std::unexpected<base::Error> explain(const net::ImapError& error, const Job& job) {
    const auto server = std::format("{}:{}", job.host, job.port);
    switch (error.failure) {
        case net::ImapFailure::unknown_host:
            return base::fail_transient(std::format("cannot reach {}: {}", server, error.said),
                                        "Check the name of the server.");
        case net::ImapFailure::unreachable:
            return base::fail_transient(std::format("cannot reach {}: {}", server, error.said),
                                        "It is tried again; check the provider's notices if it stays so.");
        case net::ImapFailure::untrusted:
            return base::fail(std::format("{} has no valid certificate: {}", server, error.said),
                              "Use the name the provider tells for its IMAP server; no password was sent.");
        case net::ImapFailure::refused_login:
            return base::fail(std::format("{} refuses the login {}; it said: {}", server,
                                          base::printable(job.login, 100), error.said),
                              "Check login and password; many providers want an app password here.");
        case net::ImapFailure::stopped:
            return base::fail_transient("stopped");
        case net::ImapFailure::other:
            break;
    }
    return base::fail_transient(std::format("cannot talk to {}: {}", server, error.said));
}

net::ImapSession session_of(const SyncRun& run) {
    return net::ImapSession({.host = run.job.host,
                             .port = run.job.port,
                             .user = run.job.login,
                             .password = run.password,
                             .timeout = std::chrono::seconds(60),
                             .stop = run.stop});
}

base::Result<FolderMap> ask_folders(net::ImapSession& session, const SyncRun& run, const settings::Settings& settings) {
    const auto wishes = imapsync::parse_wishes(run.folders);
    if (!wishes) return std::unexpected(wishes.error());
    const auto listed = session.ask("LIST \"\" \"*\"");
    if (!listed) return explain(listed.error(), run.job);
    auto folders = imapsync::folders_in(*listed);
    const auto marked = [](const auto& folder) { return folder.has("sent") || folder.has("trash"); };
    // Some servers tell special uses only who asks for them (RFC 6154 §2); others do not know the question.
    if (std::ranges::none_of(folders, marked))
        if (const auto again = session.ask("LIST \"\" \"*\" RETURN (SPECIAL-USE)"))
            if (auto better = imapsync::folders_in(*again); better.size() >= folders.size())
                folders = std::move(better);
    if (folders.empty())
        return base::fail_transient(std::format("cannot see any folder at {}", run.job.host),
                                    "Check that the login may use IMAP.");
    return imapsync::map_folders(folders, *wishes, local_folders(settings));
}

std::vector<std::uint64_t> count_mails(net::ImapSession& session, const FolderMap& map) {
    std::vector<std::uint64_t> counts;
    for (const auto& pair : map.pairs) {
        auto name = pair.far;
        if (!map.delimiter.empty()) std::ranges::replace(name, '/', map.delimiter.front());
        const auto encoded = imapsync::to_utf7(name);
        const auto answer = encoded ? session.ask(std::format("STATUS {} (MESSAGES)", imapsync::quoted(*encoded)))
                                    : std::unexpected(net::ImapError{});
        counts.push_back(answer ? imapsync::messages_in(*answer).value_or(0) : 0);
    }
    return counts;
}

base::Result<std::vector<std::string>> folders_here(const std::string& address) {
    const auto listed = sys::run({.argv = {"doveadm", "mailbox", "list", "-u", address}});
    if (!listed) return std::unexpected(listed.error());
    if (listed->exit_code != 0)
        return base::fail(std::format("cannot list the folders of {}: {}", address,
                                      base::printable(base::trim(listed->output), 200)));
    std::vector<std::string> names;
    for (const auto line : base::split(base::trim(listed->output), '\n')) names.emplace_back(line);
    return names;
}

/// Mail programs show only folders that are subscribed to; mbsync would make them without.
void make_folders(const SyncRun& run, const FolderMap& map, const settings::Settings& settings) {
    std::vector<std::string> argv{"doveadm", "mailbox", "create", "-s", "-u", run.job.address, "--"};
    const auto fixed = argv.size();
    for (const auto& pair : map.pairs) {
        std::error_code error;
        const auto known = std::filesystem::path(run.job.state) / imapsync::state_file(pair);
        if (pair.near == "INBOX" || std::filesystem::exists(known, error) || argv.size() > 500) continue;
        auto name = pair.near;
        std::ranges::replace(name, '/', settings.mailboxes.separator);
        argv.push_back(std::move(name));
    }
    if (argv.size() == fixed) return;
    // Those that are there already are no trouble; what cannot be made mbsync tells of.
    (void)sys::run({.argv = std::move(argv), .stop = run.stop});
}

base::Result<imapsync::Outcome> run_mbsync(const SyncRun& run, const FolderMap& map, const std::string& file,
                                           std::vector<std::uint64_t> counts) {
    imapsync::Outcome outcome;
    imapsync::Progress progress(std::move(counts));
    imapsync::Lines lines([&](std::string_view line) {
        outcome.read(line);
        if (const auto counters = imapsync::counters_in(line); counters && run.on_progress)
            run.on_progress(progress.at(*counters), progress.total());
    });
    const auto ended =
        sys::run({.argv = imapsync::command(file),
                  // OpenSSL would look only at single files. Wide enough for its counters.
                  .environment = {"SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt", "COLUMNS=400", "HOME=/"},
                  .input = run.password.reveal() + "\n",
                  .most_output = 0,
                  .timeout = longest_run,
                  .stop = run.stop,
                  .on_output = [&](std::string_view piece) { lines.feed(piece); },
                  .terminal = static_cast<bool>(run.on_progress)});
    if (!ended) return std::unexpected(ended.error());
    lines.finish();
    if (run.on_progress && ended->exit_code == 0) run.on_progress(progress.total(), progress.total());
    if (ended->exit_code == 0 || (outcome.refused() > 0 && outcome.failure().empty())) return outcome;
    return base::fail_transient(std::format(
        "cannot synchronise {} of {}: {}", map.pairs.size() == 1 ? "the folder" : "all folders", run.job.address,
        outcome.failure().empty() ? std::format("mbsync ended with {}", ended->exit_code) : outcome.failure()));
}

/// Waits for who has the lock, but not at a stop.
base::Result<sys::FileLock> take_lock(const std::string& file, const std::stop_token& stop) {
    for (;;) {
        auto lock = sys::FileLock::try_take(file);
        if (lock || lock.error().kind != base::ErrorKind::exists) return lock;
        if (stop.stop_requested()) return base::fail_transient("stopped");
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
    }
}

}  // namespace

SyncRun run_of(const accounts::Sync& sync) {
    return {.job = {.address = sync.address,
                    .host = sync.host,
                    .port = sync.port,
                    .login = sync.login,
                    .two_way = sync.two_way,
                    .expunge = sync.expunge,
                    .state = {}},
            .password = sync.password,
            .folders = sync.folders};
}

base::Result<FolderMap> find_folders(const SyncRun& run, const settings::Settings& settings) {
    auto session = session_of(run);
    return ask_folders(session, run, settings);
}

base::Result<SyncDone> run_sync(SyncRun run, const settings::Settings& settings, const Installation& here) {
    const auto address = base::EmailAddress::parse(run.job.address);
    if (!address) return std::unexpected(address.error());
    // With the mail, so that it is renamed, removed and backed up with it.
    const auto name = imapsync::state_name(run.job.host, run.job.login);
    run.job.state = std::format("{}/{}/imap-sync/{}", here.workspace, accounts::home_name(*address), name);
    const auto folder = here.run + "/sync";
    const auto owner = sys::lookup_owner("mailuser", "mailuser");
    if (!owner) return std::unexpected(owner.error());
    if (const auto made = sys::ensure_directory(folder, {.mode = 0711, .owner = {}}); !made)
        return std::unexpected(made.error());
    const auto file = std::format("{}/{}-{}", folder, address->str(), name);
    const auto lock = take_lock(file + ".lock", run.stop);
    if (!lock) return std::unexpected(lock.error());

    auto session = session_of(run);
    auto map = ask_folders(session, run, settings);
    if (!map) return std::unexpected(map.error());
    if (run.job.two_way) {
        const auto names = folders_here(address->str());
        if (!names) return std::unexpected(names.error());
        imapsync::add_local_folders(*map, *names, *imapsync::parse_wishes(run.folders), local_folders(settings));
    }
    auto counts = run.on_progress ? count_mails(session, *map) : std::vector<std::uint64_t>();
    const auto text = imapsync::configuration(run.job, *map);
    if (!text) return std::unexpected(text.error());
    if (const auto written = sys::write_file(file, *text, {.mode = 0400, .owner = *owner}); !written)
        return std::unexpected(written.error());
    make_folders(run, *map, settings);
    const auto outcome = run_mbsync(run, *map, file, std::move(counts));
    if (!outcome) return std::unexpected(outcome.error());
    return SyncDone{.counts = outcome->counts(),
                    .refusal = outcome->refusal(),
                    .refused = outcome->refused(),
                    .folders = map->pairs.size(),
                    .left_out = std::move(map->left_out)};
}

}  // namespace app
