#include "app/user/user.h"

#include <algorithm>
#include <format>
#include <iostream>

#include "app/user/session.h"
#include "bootstrap/start.h"
#include "logins/ban_store.h"

namespace app {
namespace {

using base::ErrorKind;
using base::ExitCode;
using user::Session;

struct Command {
    Form form;
    user::Run run;
};

constexpr Command commands[] = {
    {{"add", "<user@domain> [<password>]", "Add a user. Without a password one is made up and printed.", 1, 2,
      "--password-stdin --hash-stdin --quota=", true},
     user::add},
    {{"del", "<user@domain> [--purge-inbox]", "Remove a user; with --purge-inbox also all of the user's mail.", 1, 1,
      "--purge-inbox"},
     user::del},
    {{"passwd", "<user@domain> [<password>]", "Give a user a new password. Without one, one is made up and printed.", 1,
      2, "--password-stdin", true},
     user::passwd},
    {{"list", "", "List users, the size of their mail, and what is wrong with them.", 0, 0}, user::list},
    {{"show", "<user@domain>", "Show everything about one user.", 1, 1}, user::show},
    {{"rename", "<user@domain> <new@domain>",
      "Give a user another address, with all mail, Sieve scripts and aliases.\n"
      "The old address becomes an alias; --no-alias: it does not.",
      2, 2, "--no-alias"},
     user::rename},
    {{"quota", "<user@domain> <size>", "Limit a user's mail: 500M, 10G, none, or default (QUOTA_DEFAULT).", 2, 2},
     user::quota},
    {{"disable", "<user@domain>", "Nobody can log in or send as this user; mail still arrives.", 1, 1}, user::disable},
    {{"enable", "<user@domain>", "The end of that.", 1, 1}, user::enable},
    {{"send-only", "<user@domain> [on|off]",
      "Refuse mail to this user, and to aliases that lead to no other.\n"
      "--text: what senders read.",
      1, 2, "--text="},
     user::send_only},
    {{"alias add", "<alias> <target>…",
      "Send mail for an address to users or elsewhere. @domain: all that\n"
      "nobody else takes; @domain @domain: the same names in another\n"
      "domain; /pattern/: a regular expression. With --send-as the users\n"
      "may also send as it.",
      2, 1000, "--send-as"},
     user::alias_add},
    {{"alias del", "<alias> [<target>]", "Remove an alias, or one of its targets.", 1, 2}, user::alias_del},
    {{"alias list", "[<part of a name>]", "List the aliases.", 0, 1}, user::alias_list},
    {{"update-aliases", "", "Put etc/postfix/valias in force. Run this after editing it.", 0, 0}, user::update_aliases},
    {{"send-as add", "<user@domain> <address>", "Let a user send as an address, or as all of @domain.", 2, 2},
     user::send_as_add},
    {{"send-as del", "<user@domain> <address>", "The end of that.", 2, 2}, user::send_as_del},
    {{"send-as list", "[<user@domain>]", "List who may.", 0, 1}, user::send_as_list},
    {{"app-password add", "<user@domain> <name>",
      "Make a password for one program or device and print it.\n"
      "--protocols imap,pop3,sieve,smtp: only for these.",
      2, 2, "--protocols="},
     user::app_password_add},
    {{"app-password del", "<user@domain> <name>", "Take it away.", 2, 2}, user::app_password_del},
    {{"app-password list", "<user@domain>", "List a user's app passwords.", 1, 1}, user::app_password_list},
    {{"reject add", "sender|recipient <address or domain>", "Refuse all mail from or to it.", 2, 2}, user::reject_add},
    {{"reject del", "sender|recipient <address or domain>", "The end of that.", 2, 2}, user::reject_del},
    {{"reject list", "", "List what is refused.", 0, 0}, user::reject_list},
};

/// One command of the usage text: its words, and what it does beside or below them.
std::string usage_lines(const Form& form) {
    constexpr std::size_t column = 36;
    const auto words = form.words.empty() ? std::string(form.name) : std::format("{} {}", form.name, form.words);
    std::string lines = std::format("          {:<34}", words);
    bool first = words.size() < column - 1;
    if (!first) lines += '\n';
    for (const auto line : base::split(form.help, '\n')) {
        lines += first ? std::format(" - {}\n", line) : std::format("{:{}}{}\n", "", column + 11, line);
        first = false;
    }
    return lines;
}

constexpr std::string_view usage_options =
    "          help                               - Print help.\n"
    "   Options:\n"
    "          --password-stdin                   - add, passwd: read the password from the first line of stdin, so\n"
    "                                               that it is not seen in the list of processes.\n"
    "          --hash-stdin                       - add: read a hash of another server instead, {SCHEME}…\n"
    "          --quota <size>                     - add: as the command quota.\n"
    "          --json                             - Print the result as JSON.\n"
    "          --                                 - What follows is no option.\n";

void print_usage(std::ostream& out, const std::string& container_id) {
    out << "Usage: ./user.sh <command> [options]\n   Server status:\n"
        << (container_id.empty()
                ? std::string("           Mailserver container is stopped.\n")
                : std::format("           Mailserver container is running at ID '{}'.\n", container_id))
        << "   Commands:\n";
    for (const auto& command : commands) out << usage_lines(command.form);
    out << usage_options;
}

/// The command the words begin with, by one word or two; nothing when there is none.
const Command* find(std::span<const std::string_view> words) {
    const auto one = std::string(words.front());
    const auto two = words.size() > 1 ? std::format("{} {}", words[0], words[1]) : one;
    const auto found = std::ranges::find_if(
        commands, [&](const Command& command) { return command.form.name == one || command.form.name == two; });
    return found == std::end(commands) ? nullptr : found;
}

/// What is known of logins, or of mail that went out; nothing when the server has not run yet or the file cannot be
/// read.
template <class Store>
std::optional<Store> open_known(const std::filesystem::path& file) {
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored)) return std::nullopt;
    auto store = Store::open(file);
    return store ? std::optional(std::move(*store)) : std::nullopt;
}

base::Result<> dispatch(const Command& chosen, const UserCommand& command, std::span<const std::string_view> words) {
    const auto sorted = sort_out(chosen.form, words);
    if (!sorted) return std::unexpected(sorted.error());
    auto store = accounts::Store::open(command.workspace.database());
    if (!store) return std::unexpected(store.error());
    const auto site = bootstrap::site_of(command.settings);
    accounts::Users users(*store, command.workspace, site, command.clock, command.end_sessions);
    users.aliases().on_new_patterns(command.new_patterns);
    const engines::Paths paths{.workspace = command.workspace.root};
    Session session{command,
                    *store,
                    users,
                    *sorted,
                    open_known<logins::Store>(paths.logins_database()),
                    open_known<outbound::Store>(paths.outbound_database())};
    return chosen.run(session);
}

}  // namespace

namespace user {

void Session::lift_bans(const std::string& user) const {
    logins::lift_bans_of(user, engines::Paths{.workspace = command.workspace.root}.bans_database());
}

void Session::table(const std::vector<std::string>& headings, const std::vector<std::size_t>& widths,
                    const std::vector<std::vector<std::string>>& rows) const {
    const auto line = [&](const std::vector<std::string>& cells, std::string_view between) {
        std::string text;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const bool last = i + 1 == cells.size();
            text += i == 0 ? std::format("{:>{}}", cells[i], widths[i])
                           : std::string(between) + (last ? cells[i] : std::format("{:>{}}", cells[i], widths[i]));
        }
        command.out << text << '\n';
    };
    line(headings, " | ");
    std::vector<std::string> rules;
    for (const auto width : widths) rules.emplace_back(std::min<std::size_t>(width, 20), '-');
    line(rules, " + ");
    for (const auto& row : rows) line(row, " | ");
}

}  // namespace user

ExitCode UserCommand::run(std::span<const std::string_view> words) const {
    const auto name = words.empty() ? std::string_view("help") : words.front();
    if (name == "help" || name == "--help" || name == "-h") {
        print_usage(out, container_id);
        return ExitCode::ok;
    }
    const auto* const chosen = find(words);
    if (chosen == nullptr) {
        err << std::format("Unknown command '{}'.\n", base::printable(name, 80));
        print_usage(err, container_id);
        return ExitCode::usage;
    }
    const std::size_t own_words = chosen->form.name.contains(' ') ? 2 : 1;
    const auto done = dispatch(*chosen, *this, words.subspan(own_words));
    if (done) return ExitCode::ok;
    // This sentence is what scripts of the operator look for; it stands as it always did.
    const bool plain = done.error().text.starts_with("User '");
    err << (plain ? "" : "error: ") << done.error().text << '\n';
    if (!done.error().remedy.empty()) err << done.error().remedy << '\n';
    return base::exit_code(done.error().kind);
}

}  // namespace app
