#include "app/filter/spam.h"

#include <format>
#include <iostream>
#include <string>
#include <vector>

#include "app/common/bar.h"
#include "app/common/version.h"
#include "base/address.h"
#include "base/text.h"
#include "engines/sockets.h"
#include "json/json.h"
#include "net/http_client.h"
#include "spam/train.h"
#include "sys/command.h"

namespace app {
namespace {

constexpr std::string_view usage =
    "   Commands:\n"
    "          train <spam|ham> <folder>  - Teach the filter all mail of a folder. Mail it knows is passed over, so a\n"
    "                                       training that was broken off is simply started again.\n"
    "          stat                       - Show how much the filter has learned.\n"
    "          help                       - Print help.\n"
    "   A folder is:\n"
    "          jens@example.org           - the inbox of a user\n"
    "          jens@example.org/Junk      - another folder of a user\n"
    "          <path>                     - a Maildir or an mbox file in the workspace folder\n"
    "          -                          - an mbox on stdin\n"
    "   Options:\n"
    "          --json                     - Print the result as JSON.\n";

std::unexpected<base::Error> wrong(std::string why) {
    return base::fail(std::move(why), "`./mailserver.sh spam help` tells what there is.", base::ErrorKind::usage);
}

/// Dovecot knows where it keeps a user's folder, whatever its name is made of.
base::Result<std::filesystem::path> folder_of_user(const base::EmailAddress& user, std::string_view folder) {
    const auto what = std::format("cannot find the folder '{}' of {}", base::printable(folder, 100), user.str());
    const std::string name(folder);
    if (name.empty() || name.starts_with('-') || name.contains('\0') || name.contains('\n')) return wrong(what);
    const auto found = sys::run({.argv = {"doveadm", "mailbox", "path", "-u", user.str(), name}});
    if (!found) return base::context(what, found.error());
    constexpr int no_user = 67;  // EX_NOUSER
    if (found->exit_code == no_user)
        return base::fail(std::format("cannot find the user {}", user.str()), "`./user.sh list` shows all.",
                          base::ErrorKind::not_found);
    const std::filesystem::path path(base::trim(found->output));
    if (found->exit_code != 0 || !path.is_absolute())
        return base::fail(what + ": " + base::printable(base::trim(found->output), 200));
    std::error_code error;
    if (!std::filesystem::is_directory(path, error)) return base::fail(what, {}, base::ErrorKind::not_found);
    return path;
}

base::Result<std::filesystem::path> folder_called(std::string_view word, const Installation& here) {
    const auto slash = word.find('/');
    if (const auto user = base::EmailAddress::parse(word.substr(0, slash)))
        return folder_of_user(*user, slash == std::string_view::npos ? "INBOX" : word.substr(slash + 1));
    if (word.empty() || word.contains('\0')) return wrong("cannot train: this is no name of a folder");
    return std::filesystem::path(here.workspace) / word;
}

base::Result<std::string> train(Arguments words, bool as_json, const Installation& here, const spam::Filter& filter) {
    if (words.size() != 2) return wrong("cannot train: it takes spam or ham, and a folder");
    const auto kind = spam::kind_called(words[0]);
    if (!kind) return wrong(std::format("cannot train '{}': it must be spam or ham", base::printable(words[0], 40)));
    // Before the first mail is read: without the server there is nothing to find a user's folder either.
    if (const auto answers = filter.learned(); !answers) return std::unexpected(answers.error());
    spam::Mails mails = [](const auto& take) { return spam::for_each_mail_of_mbox(STDIN_FILENO, take); };
    if (words[1] != "-") {
        auto folder = folder_called(words[1], here);
        if (!folder) return std::unexpected(folder.error());
        mails = [folder = std::move(*folder)](const auto& take) { return spam::for_each_mail(folder, take); };
    }
    const auto tally = [&] {
        Bar bar;
        return spam::train(
            mails, [&](std::string_view mail) { return filter.learn(*kind, mail); },
            [&](const spam::Tally& so_far, int percent) { bar.draw(so_far.all(), percent); });
    }();
    if (!tally) return std::unexpected(tally.error());
    if (as_json)
        return json::dump(json::object({{"kind", spam::name(*kind)},
                                        {"learned", tally->learned},
                                        {"known", tally->known},
                                        {"unusable", tally->unusable}}),
                          2) +
               "\n";
    return std::format("Learned {} mails as {}; {} were known, {} are too short or too long to learn from.\n",
                       tally->learned, spam::name(*kind), tally->known, tally->unusable);
}

base::Result<std::string> stat(Arguments words, bool as_json, const spam::Filter& filter) {
    if (!words.empty()) return wrong("cannot show what was learned: stat takes no words");
    const auto learned = filter.learned();
    if (!learned) return std::unexpected(learned.error());
    if (as_json)
        return json::dump(json::object({{"spam", learned->spam},
                                        {"ham", learned->ham},
                                        {"needed", spam::Learned::needed},
                                        {"in_use", learned->in_use()}}),
                          2) +
               "\n";
    return std::format("Learned: {} spam, {} ham. {}\n", learned->spam, learned->ham,
                       learned->in_use() ? "The filter judges mail by it."
                                         : std::format("The filter judges mail by it once it has learned {} of each.",
                                                       spam::Learned::needed));
}

}  // namespace

base::ExitCode spam_command(Arguments arguments, const Installation& here) {
    const auto [words, as_json] = without_json(arguments);
    if (asks_for_help(words)) return print(std::string(usage));
    net::CurlHttpClient client(std::format("mailserver/{}", version));
    const spam::Filter filter(client, engines::rspamd_controller_socket(here));
    const auto rest = Arguments(words).subspan(1);
    const auto said =
        words[0] == "train" ? train(rest, as_json, here, filter)
        : words[0] == "stat"
            ? stat(rest, as_json, filter)
            : base::Result<std::string>(wrong(std::format("there is no command '{}'", base::printable(words[0], 40))));
    return print(said);
}

}  // namespace app
