#include "app/import/import.h"

#include <sys/stat.h>
#include <unistd.h>

#include <format>
#include <iostream>

#include "accounts/users.h"
#include "app/common/bar.h"
#include "app/common/version.h"
#include "app/import/server.h"
#include "base/text.h"
#include "bootstrap/signing.h"
#include "engines/rspamd/signing.h"
#include "sys/command.h"

namespace app {
namespace {

constexpr std::string_view usage =
    "   Commands:\n"
    "          workspace <folder> [<mail folder>]\n"
    "                                     - Bring over all of another server: a workspace of t-lo's mailserver, or "
    "the\n"
    "                                       folder config of docker-mailserver and its folder mail-data.\n"
    "          maildir <folder> --user <address> [--folder <name>]\n"
    "                                     - Bring a Maildir, with the folders in it, into the mailbox of a user.\n"
    "          mbox <file> --user <address> [--folder <name>]\n"
    "                                     - Bring an mbox into a folder of a user, INBOX without a name.\n"
    "          imap --user <address> --host <name> --login <name> --password-stdin\n"
    "                                     - Copy the mail of an account at another IMAP server; `import imap help` "
    "tells more.\n"
    "          help                       - Print help.\n"
    "   Options:\n"
    "          --replace-dkim-keys        - Let the old server's DKIM keys take the place of those made here.\n"
    "          --json                     - Print the result as JSON.\n"
    "   Nothing is changed in the old folders. Run again, it brings only what is new there.\n";

/// Where ./mailserver.sh puts the folders of the machine; people know them without it.
constexpr std::string_view mounted = "/import/";

std::unexpected<base::Error> wrong(std::string why) {
    return base::fail("cannot import: " + std::move(why), "`./mailserver.sh import help` tells what there is.",
                      base::ErrorKind::usage);
}

std::string shown_path(std::string_view path) {
    if (path.starts_with(mounted)) path.remove_prefix(mounted.size() - 1);
    return base::printable(path, 300);
}

struct Words {
    std::vector<std::string_view> plain;
    std::string_view user, folder;
    bool replace_dkim_keys = false;
};

base::Result<Words> parse(Arguments arguments) {
    Words words;
    for (std::size_t at = 0; at < arguments.size(); ++at) {
        const auto word = arguments[at];
        if (word == "--user" || word == "--folder") {
            if (++at == arguments.size()) return wrong(std::format("there is nothing behind {}", word));
            (word == "--user" ? words.user : words.folder) = arguments[at];
        } else if (word == "--replace-dkim-keys") {
            words.replace_dkim_keys = true;
        } else if (word.starts_with("--")) {
            return wrong(std::format("there is no option '{}'", base::printable(word, 40)));
        } else {
            words.plain.push_back(word);
        }
    }
    return words;
}

/// The workspace, open for an import; nobody else imports meanwhile, and without a running server none starts.
struct Opened {
    sys::FileLock import_lock;
    std::optional<sys::FileLock> server_lock;
    moving::Ledger ledger;
};

base::Result<Opened> open_workspace(bootstrap::Start& start, const Installation& here) {
    if (const auto made = sys::ensure_directory(here.state(), {.mode = 0700}); !made)
        return std::unexpected(made.error());
    auto import_lock = sys::FileLock::try_take(here.state() + "/import.lock");
    if (!import_lock) return base::fail("cannot import: another import is at work", {}, import_lock.error().kind);
    auto server_lock = sys::FileLock::try_take(here.state() + "/lock");
    if (!server_lock && server_lock.error().kind != base::ErrorKind::exists)
        return std::unexpected(server_lock.error());
    // A start refuses a workspace of the other server that has no accounts yet; this is what makes them.
    const auto workspace = start.workspace();
    std::error_code ignored;
    if (!std::filesystem::exists(workspace.database(), ignored) &&
        !std::filesystem::exists(workspace.last_good(), ignored))
        if (const auto made = accounts::Store::create(workspace.database()); !made)
            return std::unexpected(made.error());
    for (const auto& step : bootstrap::opening_steps(start))
        if (const auto done = step.run(); !done) return std::unexpected(done.error());
    auto ledger = moving::Ledger::open(here.state() + "/import.sqlite");
    if (!ledger) return std::unexpected(ledger.error());
    std::optional<sys::FileLock> held;
    if (server_lock) held.emplace(std::move(*server_lock));
    return Opened{std::move(*import_lock), std::move(held), std::move(*ledger)};
}

base::Result<ImportReport> import_workspace(const Words& words, bootstrap::Start& start, const Installation& here) {
    if (words.plain.size() < 2 || words.plain.size() > 3 || !words.user.empty() || !words.folder.empty())
        return wrong("workspace takes the old server's folder, and that of its mail when it is elsewhere");
    const std::string folder(words.plain[1]);
    const auto origin = moving::Origin::open(folder, words.plain.size() == 3 ? std::string(words.plain[2]) : "");
    if (!origin) return base::context("cannot import " + shown_path(folder), origin.error());
    auto opened = open_workspace(start, here);
    if (!opened) return std::unexpected(opened.error());
    ImportReport report;
    Bar bar;
    std::uint64_t mails = 0;
    const ImportOptions options{
        .folder = folder, .replace_dkim_keys = words.replace_dkim_keys, .on_mail = [&](std::uint64_t all) {
            ++mails;
            bar.draw(mails, all ? static_cast<int>(mails * 100 / all) : -1);
        }};
    const auto done = import_server(*origin, start, start.workspace(), here, opened->ledger, options, report);
    if (!done) return std::unexpected(done.error());
    return report;
}

base::Result<> bring_mail(moving::MailImport& import, const std::string& path, bool is_mbox,
                          const moving::FolderName& target, Bar& bar) {
    if (!is_mbox) {
        const moving::Folder source = moving::open_folder(path);
        if (!source) return base::fail(base::errno_text(source.problem()), {}, base::ErrorKind::not_found);
        if (!moving::is_maildir(source))
            return base::fail("it is no Maildir", "A Maildir has the folders `cur` and `new`.");
        const auto all = moving::count_mails(source, true);
        import.on_mail = [&bar, all, mails = std::uint64_t{0}] mutable {
            ++mails;
            bar.draw(mails, all ? static_cast<int>(mails * 100 / all) : -1);
        };
        return import.maildir_with_folders(source, target);
    }
    const auto file = moving::open_file(moving::open_folder(std::filesystem::path(path).parent_path()),
                                        std::filesystem::path(path).filename());
    if (!file) return std::unexpected(file.error());
    const int descriptor = file->descriptor.get();
    import.on_mail = [&bar, descriptor, size = file->size, mails = std::uint64_t{0}] mutable {
        const auto at = ::lseek(descriptor, 0, SEEK_CUR);
        bar.draw(++mails, at > 0 && size ? static_cast<int>(static_cast<std::uint64_t>(at) * 100 / size) : -1);
    };
    return import.mbox(descriptor, target);
}

base::Result<ImportReport> import_mail(const Words& words, bootstrap::Start& start, const Installation& here) {
    const bool is_mbox = words.plain[0] == "mbox";
    if (words.plain.size() != 2 || words.user.empty() || words.replace_dkim_keys)
        return wrong(
            std::format("{} takes one {} and --user with an address", words.plain[0], is_mbox ? "file" : "folder"));
    const std::string path(words.plain[1]);
    const auto what = std::format("cannot import {}", shown_path(path));
    const auto address = base::EmailAddress::parse(words.user);
    if (!address) return wrong(address.error().text);
    const auto style = folder_style(start.settings);
    const auto target = moving::parse_folder(words.folder, style);
    if (!target) return std::unexpected(target.error());
    auto opened = open_workspace(start, here);
    if (!opened) return std::unexpected(opened.error());
    if (const auto known = start.accounts->get(*address); !known) return std::unexpected(known.error());
    const auto workspace = start.workspace();
    if (const auto made = accounts::make_home(workspace, *address); !made) return std::unexpected(made.error());
    bool was_there = false;
    const auto maildir = accounts::enter_or_make(
        moving::enter(accounts::open_inboxes(workspace), address->domain().str() + "/" + address->str()), "Maildir",
        0700, workspace.mail_owner, was_there);
    if (!maildir) return base::fail(std::format("{}: {}", what, base::errno_text(maildir.problem())));
    moving::MailImport import{.maildir = maildir,
                              .account = address->str(),
                              .style = style,
                              .owner = workspace.mail_owner,
                              .ledger = opened->ledger,
                              .where = shown_path(path)};
    Bar bar;
    if (const auto done = bring_mail(import, path, is_mbox, *target, bar); !done)
        return base::context(what, done.error());
    ImportReport report;
    report.add(import);
    return report;
}

/// Makes a running server look at what an import beside it has changed: patterns of aliases, signing keys. Accounts,
/// aliases and mail are in force as they are.
base::Result<std::string> take_effect(const settings::Settings& settings, const Installation& here) {
    accounts::read_patterns_anew();
    if (const auto written = bootstrap::write_signing(settings, here); !written)
        return std::unexpected(written.error());
    const auto told = sys::run(engines::reread_signing());
    if (!told) return base::context("cannot tell the spam filter", told.error());
    return std::string();
}

}  // namespace

base::ExitCode import_command(Arguments arguments, const settings::Settings& settings, const Installation& here) {
    const auto [plain, json] = without_json(arguments);
    if (asks_for_help(plain)) return print(std::string(usage));
    const auto words = parse(plain);
    if (!words) return report(words.error());
    const base::RealClock clock;
    bootstrap::Start start{.settings = settings, .paths = here, .clock = clock, .version = std::string(version)};
    const auto command = words->plain.empty() ? "" : words->plain[0];
    if (command == "take-effect") return print(take_effect(settings, here));
    const auto done =
        command == "workspace" ? import_workspace(*words, start, here)
        : command == "maildir" || command == "mbox"
            ? import_mail(*words, start, here)
            : base::Result<ImportReport>(wrong(std::format("there is no command '{}'", base::printable(command, 40))));
    if (!done) return report(done.error());
    std::cout << (json ? as_json(*done) : for_people(*done));
    return done->findings.empty() ? base::ExitCode::ok : base::ExitCode::failed;
}

}  // namespace app
