#include "app/sync/sync.h"

#include <algorithm>
#include <format>
#include <iostream>

#include "app/sync/book.h"
#include "app/sync/mail_bar.h"
#include "base/text.h"
#include "json/json.h"
#include "settings/values.h"

namespace app {
namespace {

using accounts::Sync;

constexpr std::string_view usage =
    "Usage: ./mailserver.sh sync <command> [options]\n"
    "   Accounts at other IMAP servers whose mail is kept the same as that of users here.\n"
    "   Commands:\n"
    "          list                        - The accounts, and how their last run went.\n"
    "          add <user@domain> --host <name> --login <login> --password-stdin\n"
    "                                      - New mail of this account is copied into the user's folders, again and\n"
    "                                        again; what is read here is read there, and the other way round. The\n"
    "                                        password is read from the only line of stdin.\n"
    "          del <user@domain> [<host>]  - It is no longer. No mail is deleted.\n"
    "          run [<user@domain>]         - Do it now, all accounts or those of a user.\n"
    "          help                        - Print help.\n"
    "   Options:\n"
    "          --port <number>             - 993 without it (SSL/TLS); others: STARTTLS.\n"
    "          --every <time>              - From the end of one run to the next: 5m without it; 10s to 24h.\n"
    "          --two-way                   - New mail and folders of here are copied there, too.\n"
    "          --expunge                   - What is deleted on one side is deleted on the other.\n"
    "          --map 'There=Here;Ads='     - Folders with another name here; nothing behind =: left out. Sent, "
    "Drafts,\n"
    "                                        Junk, Trash and Archive find each other without it.\n"
    "          --json                      - Print the result as JSON.\n";

constexpr std::string_view door = "./mailserver.sh sync";

std::unexpected<base::Error> wrong(std::string why, std::string remedy) {
    return base::fail(std::move(why), std::move(remedy), base::ErrorKind::usage);
}

json::Value time(const std::optional<base::SystemTime>& time) {
    return time ? json::Value(std::format("{:%FT%TZ}", *time)) : json::Value();
}

json::Value to_json(const Sync& sync, const SyncRecord& record) {
    return json::object({{"user", sync.address},
                         {"host", sync.host},
                         {"port", std::uint64_t{sync.port}},
                         {"login", sync.login},
                         {"every_seconds", std::int64_t{sync.every.count()}},
                         {"two_way", sync.two_way},
                         {"expunge", sync.expunge},
                         {"map", sync.folders},
                         {"last_success", time(record.success)},
                         {"copied_here", record.copied_here},
                         {"copied_there", record.copied_there},
                         {"failure", record.failure},
                         {"refusal", record.refusal}});
}

std::string describe(const Sync& sync, const SyncRecord& record) {
    auto text = std::format("{}  with {} at {}:{}, every {} s{}{}\n", sync.address, base::printable(sync.login, 100),
                            sync.host, sync.port, sync.every.count(), sync.two_way ? ", both ways" : "",
                            sync.expunge ? ", deletions too" : "");
    if (record.success)
        text += std::format("    done {:%F %T} UTC; copied {} mails here, {} there\n", *record.success,
                            record.copied_here, record.copied_there);
    if (!record.failure.empty()) text += std::format("    {}\n", record.failure);
    if (!record.refusal.empty()) text += std::format("    mails refused: {}\n", record.refusal);
    if (!record.success && record.failure.empty()) text += "    not done yet\n";
    return text;
}

base::Result<> list(const SyncCommand& command, const Words& words) {
    const auto syncs = command.store.syncs();
    if (!syncs) return std::unexpected(syncs.error());
    const auto records = sync_records(*syncs, command.here);
    if (words.has("--json")) {
        json::Array all;
        for (std::size_t i = 0; i < syncs->size(); ++i) all.push_back(to_json((*syncs)[i], records[i]));
        command.out << json::dump(json::object({{"accounts", std::move(all)}}), 2) << '\n';
        return {};
    }
    if (syncs->empty()) command.out << "No account is synchronised.\n";
    for (std::size_t i = 0; i < syncs->size(); ++i) command.out << describe((*syncs)[i], records[i]);
    return {};
}

base::Result<Sync> sync_in(const SyncCommand& command, const Words& words) {
    const auto address = base::EmailAddress::parse(words.plain[0]);
    if (!address)
        return wrong(std::format("'{}' is no address", base::printable(words.plain[0], 80)), "jens@example.org");
    auto every = std::optional(std::chrono::seconds(300));
    if (words.has("--every")) {
        every = base::parse_duration(words.value("--every"), "smh");
        if (!every || *every < std::chrono::seconds(10) || *every > std::chrono::hours(24))
            return wrong("--every: it must be from 10s to 24h", "--every 5m");
    }
    auto sync = provider_in(words, command.settings, command.in);
    if (!sync) return sync;
    sync->address = address->str();
    sync->every = *every;
    sync->two_way = words.has("--two-way");
    sync->expunge = words.has("--expunge");
    sync->since = command.clock.now();
    return sync;
}

/// The folders of another name here, and those left out.
std::string folders_text(const imapsync::FolderMap& map) {
    std::string text = std::format("{} folders", map.pairs.size());
    for (const auto& pair : map.pairs)
        if (pair.far != pair.near)
            text +=
                std::format("\n  {} there is {} here", base::printable(pair.far, 100), base::printable(pair.near, 100));
    for (const auto& one : map.left_out) text += "\n  left out: " + one;
    return text + '\n';
}

base::Result<> add(const SyncCommand& command, const Words& words) {
    const auto sync = sync_in(command, words);
    if (!sync) return std::unexpected(sync.error());
    const auto account = command.store.get(*base::EmailAddress::parse(sync->address));
    if (!account) return std::unexpected(account.error());
    const auto folders = command.find_folders(run_of(*sync));
    // A provider that is only away is no reason to refuse it.
    if (!folders && folders.error().permanence == base::Permanence::permanent) return std::unexpected(folders.error());
    if (const auto added = command.store.add_sync(*sync); !added) return added;
    if (words.has("--json")) {
        json::Array pairs;
        if (folders)
            for (const auto& [far, near] : folders->pairs)
                pairs.push_back(json::object({{"there", far}, {"here", near}}));
        auto value = to_json(*sync, sync_records({*sync}, command.here).front());
        value.set("folders", std::move(pairs));
        command.out << json::dump(value) << '\n';
        return {};
    }
    command.out << std::format("{} is synchronised with {} from now on, every {} s.\n", sync->address, sync->host,
                               sync->every.count())
                << (folders ? folders_text(*folders) : folders.error().text + "; it is tried again.\n");
    return {};
}

base::Result<> del(const SyncCommand& command, const Words& words) {
    const auto address = base::lower(words.plain[0]);
    const auto host = words.plain.size() > 1 ? base::lower(words.plain[1]) : "";
    const auto removed = command.store.remove_sync(base::printable(address, 320), host);
    if (!removed) return std::unexpected(removed.error());
    if (words.has("--json"))
        command.out << json::dump(json::object({{"result", "removed"}, {"user", address}, {"accounts", *removed}}))
                    << '\n';
    else
        command.out << std::format("{} is no longer synchronised; all mail stays on both sides.\n", address);
    return {};
}

base::Result<SyncDone> run_now(const SyncCommand& command, const Sync& sync, bool shown) {
    auto run = run_of(sync);
    run.job.again = true;
    MailBar bar;
    if (shown) run.on_progress = [&](std::uint64_t done, std::uint64_t total) { bar.draw(done, total); };
    auto done = run_sync(std::move(run), command.settings, command.here);
    note_sync(sync, done, true, command.clock.now(), command.here);
    return done;
}

base::Result<> run(const SyncCommand& command, const Words& words) {
    const auto address = words.plain.empty() ? "" : base::lower(words.plain[0]);
    const auto syncs = command.store.syncs();
    if (!syncs) return std::unexpected(syncs.error());
    std::optional<base::Error> failed;
    bool found = address.empty();
    json::Array all;
    for (const auto& sync : *syncs) {
        if (!address.empty() && sync.address != address) continue;
        found = true;
        const auto done = run_now(command, sync, !words.has("--json"));
        if (!done) {
            failed = failed ? *failed : done.error();
            if (!words.has("--json"))
                command.out << std::format("{} with {}: {}\n", sync.address, sync.host, done.error().text);
            continue;
        }
        const auto& counts = done->counts;
        if (words.has("--json"))
            all.push_back(json::object({{"user", sync.address},
                                        {"host", sync.host},
                                        {"folders", std::uint64_t{done->folders}},
                                        {"copied_here", counts.copied_here},
                                        {"copied_there", counts.copied_there},
                                        {"refused", done->refused}}));
        else
            command.out << std::format(
                "{} with {}: copied {} mails here, {} there; {} folders{}\n", sync.address, sync.host,
                counts.copied_here, counts.copied_there, done->folders,
                done->refused == 0 ? "" : std::format("; {} mails refused: {}", done->refused, done->refusal));
    }
    if (words.has("--json")) command.out << json::dump(json::object({{"done", std::move(all)}}), 2) << '\n';
    if (failed) return std::unexpected(*failed);
    if (!found)
        return base::fail(std::format("{} is not synchronised with any server", base::printable(address, 320)),
                          "`./mailserver.sh sync list` shows all.", base::ErrorKind::not_found);
    return {};
}

struct Row {
    Form form;
    base::Result<> (*run)(const SyncCommand&, const Words&);
};

constexpr Row rows[] = {
    {{.name = "list", .door = door}, list},
    {{.name = "add",
      .words = "<user@domain> --host <name> --login <login> --password-stdin",
      .least = 1,
      .most = 1,
      .options = "--host= --port= --login= --map= --tls= --password-stdin --every= --two-way --expunge",
      .door = door},
     add},
    {{.name = "del", .words = "<user@domain> [<host>]", .least = 1, .most = 2, .door = door}, del},
    {{.name = "run", .words = "[<user@domain>]", .most = 1, .door = door}, run},
};

}  // namespace

base::Result<accounts::Sync> provider_in(const Words& words, const settings::Settings& settings, std::istream& in) {
    Sync sync;
    const auto host = base::Hostname::parse(words.value("--host"));
    if (!host) return wrong(std::format("--host: {}", host.error().text), "--host imap.provider.example");
    if (*host == settings.hostname) return wrong("--host is this server itself", "Name another one.");
    sync.host = host->str();
    if (words.has("--port")) {
        const auto port = settings::parse_count(words.value("--port"), 1, 65535);
        if (!port) return wrong("--port: " + port.error().text, "--port 993");
        sync.port = *port;
    }
    if (words.has("--tls") && words.value("--tls") != "verify")
        return wrong("--tls: it must be verify: a password is never sent to a server without a valid certificate",
                     "Leave the option out.");
    const auto login = words.value("--login");
    if (login.empty() || login.size() > 200 || base::printable(login) != login)
        return wrong("--login: it is missing, too long or has a control character in it",
                     "--login jens@provider.example");
    sync.login = login;
    const auto wishes = imapsync::parse_wishes(words.value("--map"));
    if (!wishes) return std::unexpected(wishes.error());
    sync.folders = words.value("--map");
    auto password = line_of(in, "password");
    if (!password) return std::unexpected(password.error());
    if (password->empty() || password->size() > 1000 ||
        std::ranges::any_of(*password, [](char c) { return c >= 0 && c < ' '; }))
        return wrong("the password is empty, too long or has a control character in it",
                     "Write it to stdin as one line.");
    sync.password = base::Secret(std::move(*password));
    return sync;
}

base::Result<> SyncCommand::run(Arguments words) const {
    const auto chosen = choose(rows, words);
    if (!chosen) return std::unexpected(chosen.error());
    return chosen->first->run(*this, chosen->second);
}

base::ExitCode sync_command(Arguments arguments, const settings::Settings& settings, const Installation& here) {
    if (asks_for_help(arguments)) return print(std::string(usage));
    auto store = accounts::Store::open(here.accounts_database());
    if (!store) return report(store.error());
    const base::RealClock clock;
    const auto done = SyncCommand{.settings = settings,
                                  .here = here,
                                  .store = *store,
                                  .clock = clock,
                                  .find_folders = [&](const SyncRun& run) { return find_folders(run, settings); },
                                  .in = std::cin,
                                  .out = std::cout}
                          .run(arguments);
    return done ? base::ExitCode::ok : report(done.error());
}

}  // namespace app
