#include "app/user.h"

#include <algorithm>
#include <format>
#include <iostream>
#include <optional>
#include <vector>

#include "base/text.h"
#include "bootstrap/start.h"
#include "crypto/password.h"
#include "json/json.h"

namespace app {
namespace {

using base::ErrorKind;
using base::ExitCode;

constexpr std::string_view usage_commands =
    "   Commands:\n"
    "          add <user@domain> [<password>]     - Add a user. Without a password one is made up and printed.\n"
    "          del <user@domain> [--purge-inbox]  - Remove a user; with --purge-inbox also all of the user's mail.\n"
    "          passwd <user@domain> [<password>]  - Give a user a new password. Without one, one is made up and "
    "printed.\n"
    "          list                               - List users, the size of their mail, and what is wrong with them.\n"
    "          update-aliases                     - Put etc/postfix/valias in force. Run this after editing it.\n"
    "          help                               - Print help.\n"
    "   Options:\n"
    "          --password-stdin                   - add, passwd: read the password from the first line of stdin, so\n"
    "                                               that it is not seen in the list of processes.\n"
    "          --json                             - Print the result as JSON.\n"
    "          --                                 - What follows is no option.\n";

/// The words of one command, sorted out.
struct Words {
    std::vector<std::string_view> plain;
    bool purge_inbox = false;
    bool password_stdin = false;
    bool json = false;
};

/// How many plain words a command takes, and which options.
struct Form {
    std::string_view command;
    std::string_view usage;
    std::size_t least;
    std::size_t most;
    bool purge = false;
    bool password = false;
};

constexpr Form forms[] = {
    {"add", "add <user@domain> [<password> | --password-stdin]", 1, 2, false, true},
    {"del", "del <user@domain> [--purge-inbox]", 1, 1, true, false},
    {"passwd", "passwd <user@domain> [<password> | --password-stdin]", 1, 2, false, true},
    {"list", "list", 0, 0},
    {"update-aliases", "update-aliases", 0, 0},
};

base::Result<Words> sort_out(const Form& form, std::span<const std::string_view> words) {
    const auto refuse = [&](std::string why) {
        return base::fail(std::move(why), std::format("Usage: ./user.sh {}", form.usage), ErrorKind::usage);
    };
    Words sorted;
    bool options_end = false;
    for (const auto word : words) {
        // A password may start with '-'; only what looks like one of our long options is none.
        const bool option = !options_end && word.starts_with("--");
        if (option && word == "--") {
            options_end = true;
        } else if (option && word == "--json") {
            sorted.json = true;
        } else if (option && form.purge && word == "--purge-inbox") {
            sorted.purge_inbox = true;
        } else if (option && form.password && word == "--password-stdin") {
            sorted.password_stdin = true;
        } else if (option) {
            // Not repeated: it may be a password.
            return refuse(std::format("cannot run '{}': there is an option it does not have{}", form.command,
                                      form.password ? "; write -- before a password that starts with --" : ""));
        } else {
            sorted.plain.push_back(word);
        }
    }
    if (sorted.plain.size() < form.least) return refuse(std::format("cannot run '{}': no user is named", form.command));
    if (sorted.plain.size() > form.most)
        return refuse(
            std::format("cannot run '{}': there are too many words; put quotation marks around a password with "
                        "spaces",
                        form.command));
    if (sorted.password_stdin && sorted.plain.size() > 1)
        return refuse("cannot take two passwords: one is given, and --password-stdin reads another");
    return sorted;
}

/// A password and where it came from.
struct Password {
    base::Secret text;
    bool generated = false;
};

base::Result<Password> password_of(const Words& words, std::istream& in) {
    if (words.plain.size() > 1) return Password{base::Secret(std::string(words.plain[1])), false};
    if (!words.password_stdin) {
        auto made = crypto::random_password();
        if (!made) return std::unexpected(made.error());
        return Password{std::move(*made), true};
    }
    std::string line;
    if (!std::getline(in, line))
        return base::fail("cannot read a password: stdin is empty", "Write it there, followed by a line end.",
                          ErrorKind::usage);
    if (std::string rest; std::getline(in, rest))
        return base::fail("cannot use this password: stdin has more than one line", {}, ErrorKind::usage);
    return Password{base::Secret(std::move(line)), false};
}

/// One command at work: the open store and where to write.
class Session {
  public:
    Session(const UserCommand& command, accounts::Users& users, const Words& words)
        : command_(command), users_(users), words_(words) {}

    base::Result<> add() {
        const auto password = password_of(words_, command_.in);
        if (!password) return std::unexpected(password.error());
        const auto added = users_.add(words_.plain[0], password->text);
        if (!added) return std::unexpected(added.error());
        const auto name = added->address.str();
        if (added->had_mail)
            note(std::format("{} was there already: the new user sees the mail in it",
                             accounts::home_name(added->address)));
        tell_password("created", name, *password,
                      password->generated
                          ? std::format("Created user '{}', generated password is:'{}'.", name, password->text.reveal())
                          : std::format("Created user '{}' with password provided.", name));
        return {};
    }

    base::Result<> passwd() {
        const auto password = password_of(words_, command_.in);
        if (!password) return std::unexpected(password.error());
        const auto changed = users_.set_password(words_.plain[0], password->text);
        if (!changed) return std::unexpected(changed.error());
        const auto name = changed->str();
        tell_password("updated", name, *password,
                      password->generated ? std::format("Updated password for user '{}', generated password is:'{}'.",
                                                        name, password->text.reveal())
                                          : std::format("Updated password for user '{}'", name));
        return {};
    }

    base::Result<> del() {
        const auto removed = users_.remove(words_.plain[0], words_.purge_inbox);
        if (!removed) return std::unexpected(removed.error());
        const auto name = removed->address.str();
        if (removed->address == command_.settings.admin_account())
            note("this was ADMIN_USER: postmaster@ and abuse@ lead nowhere until it is added again");
        json::Value aliases = json::array();
        for (const auto& alias : removed->lost_aliases) {
            note(std::format("alias '{}' led to this user and is no longer in force; correct etc/postfix/valias",
                             alias));
            aliases.add(alias);
        }
        tell(json::object(
                 {{"result", "deleted"}, {"user", name}, {"purged", removed->purged}, {"lost_aliases", aliases}}),
             removed->purged ? std::format("Deleted '{}' and purged {}.", name, accounts::home_name(removed->address))
                             : std::format("Deleted '{}'.", name));
        return {};
    }

    base::Result<> list() {
        const auto users = users_.list();
        if (!users) return std::unexpected(users.error());
        const auto strays = users_.stray_homes(*users);
        if (words_.json) {
            list_json(*users, strays);
            return {};
        }
        // A long address widens its own line instead of being cut: a cut address is somebody else's.
        const auto line = [&](std::string_view user, std::string_view size, std::string_view sanity) {
            command_.out << std::format("{:>40} | {:>10} | {}\n", user, size, sanity);
        };
        line("user", "mbox size", "sanity checks");
        command_.out << std::format("{:>40} + {:>10} + {}\n", std::string(20, '-'), std::string(10, '-'),
                                    std::string(12, '-'));
        for (const auto& user : *users) {
            std::string sanity;
            for (const auto& fault : user.faults) sanity += " [" + fault + "]";
            line(user.account.address, user.inbox.has_mail ? base::human_size(user.inbox.octets) : "<empty>",
                 sanity.empty() ? "OK" : sanity);
        }
        for (const auto& stray : strays)
            note(std::format("mail/inboxes/{}/{} belongs to no user; ./user.sh del --purge-inbox {} removes it",
                             stray.substr(stray.rfind('@') + 1), stray, stray));
        return {};
    }

    base::Result<> update_aliases() {
        const auto number = users_.aliases().update();
        if (!number) return std::unexpected(number.error());
        tell(json::object({{"result", "updated"}, {"aliases", *number}}),
             std::format("Updated aliases: {} in force.", *number));
        return {};
    }

  private:
    void note(const std::string& text) { command_.err << "note: " << text << '\n'; }

    void tell(const json::Value& value, const std::string& text) {
        command_.out << (words_.json ? json::dump(value) : text) << '\n';
    }

    void tell_password(std::string_view result, const std::string& user, const Password& password,
                       const std::string& text) {
        if (password.text.reveal().size() < accounts::short_password)
            command_.err << std::format("warning: this password is shorter than {} characters and quickly guessed\n",
                                        accounts::short_password);
        auto value = json::object({{"result", result}, {"user", user}});
        if (password.generated) value.set("password", password.text.reveal());
        tell(value, text);
    }

    void list_json(const std::vector<accounts::Users::Listed>& users, const std::vector<std::string>& strays) {
        json::Value all = json::array();
        for (const auto& user : users) {
            json::Value faults = json::array();
            for (const auto& fault : user.faults) faults.add(fault);
            all.add(json::object({{"user", user.account.address}, {"octets", user.inbox.octets}, {"faults", faults}}));
        }
        json::Value without_user = json::array();
        for (const auto& stray : strays) without_user.add(stray);
        command_.out << json::dump(json::object({{"users", all}, {"inboxes_without_user", without_user}}), 2) << '\n';
    }

    const UserCommand& command_;
    accounts::Users& users_;
    const Words& words_;
};

base::Result<> dispatch(const Form& form, const UserCommand& command, const Words& words) {
    auto store = accounts::Store::open(command.workspace.database());
    if (!store) return std::unexpected(store.error());
    const auto site = bootstrap::site_of(command.settings);
    accounts::Users users(*store, command.workspace, site, command.clock, command.end_sessions);
    Session session(command, users, words);
    if (form.command == "add") return session.add();
    if (form.command == "del") return session.del();
    if (form.command == "passwd") return session.passwd();
    if (form.command == "list") return session.list();
    return session.update_aliases();
}

void print_usage(std::ostream& out, const std::string& container_id) {
    out << "Usage: ./user.sh <command> [options]\n   Server status:\n"
        << (container_id.empty()
                ? std::string("           Mailserver container is stopped.\n")
                : std::format("           Mailserver container is running at ID '{}'.\n", container_id))
        << usage_commands;
}

}  // namespace

ExitCode UserCommand::run(std::span<const std::string_view> words) const {
    const auto command = words.empty() ? std::string_view("help") : words.front();
    if (command == "help" || command == "--help" || command == "-h") {
        print_usage(out, container_id);
        return ExitCode::ok;
    }
    const auto form = std::ranges::find(forms, command, &Form::command);
    if (form == std::end(forms)) {
        err << std::format("Unknown command '{}'.\n", base::printable(command, 80));
        print_usage(err, container_id);
        return ExitCode::usage;
    }
    const auto sorted = sort_out(*form, words.subspan(1));
    const auto done = sorted ? dispatch(*form, *this, *sorted) : base::Result<>(std::unexpected(sorted.error()));
    if (done) return ExitCode::ok;
    // This sentence is what scripts of the operator look for; it stands as it always did.
    const bool plain = done.error().text.starts_with("User '");
    err << (plain ? "" : "error: ") << done.error().text << '\n';
    if (!done.error().remedy.empty()) err << done.error().remedy << '\n';
    return base::exit_code(done.error().kind);
}

}  // namespace app
