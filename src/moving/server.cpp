#include "moving/server.h"

#include <limits.h>
#include <unistd.h>

#include <algorithm>
#include <format>
#include <set>

#include "base/address.h"
#include "base/text.h"
#include "moving/dms.h"
#include "moving/mail_import.h"
#include "moving/tlo.h"

namespace moving {
namespace {

constexpr std::uint64_t largest_key = 64 * 1024;
constexpr std::uint64_t largest_script = 1024 * 1024;

/// A list of the other server; one that is not there is empty, one that cannot be read a finding.
std::string list(const Folder& folder, const std::string& path, std::vector<Finding>& findings) {
    auto text = read_text(folder, path, largest_list);
    if (text) return std::move(*text);
    if (text.error().kind != base::ErrorKind::not_found) findings.push_back({path, text.error().text});
    return {};
}

template <class T>
std::vector<T> take(Read<T> read, std::vector<Finding>& findings) {
    findings.insert(findings.end(), read.findings.begin(), read.findings.end());
    return std::move(read.items);
}

void add_key(ForeignServer& server, const Folder& folder, const std::string& path, std::string selector,
             std::string domain) {
    auto text = read_text(folder, path, largest_key);
    if (text)
        server.keys.push_back({std::move(selector), std::move(domain), std::move(*text), path});
    else
        server.findings.push_back({path, text.error().text});
}

/// The keys `<selector>.private` of a folder.
void add_keys(ForeignServer& server, const Folder& config, const std::string& path, const std::string& domain) {
    constexpr std::string_view end = ".private";
    const Folder folder = enter(config, path);
    if (!folder) return;
    for (const auto& file : files_in(folder))
        if (file.ends_with(end) && file.size() > end.size())
            add_key(server, config, path + "/" + file, file.substr(0, file.size() - end.size()), domain);
}

/// Keys in folders by domain.
void add_keys_of_domains(ForeignServer& server, const Folder& config, const std::string& path) {
    const Folder folder = enter(config, path);
    if (!folder) return;
    for (const auto& name : folders_in(folder))
        if (const auto domain = base::Domain::parse(name); domain && domain->str() == name)
            add_keys(server, config, path + "/" + name, name);
}

/// Scripts in `sieve`, and which of them the link .dovecot.sieve makes the active one; a file of that name is one
/// itself.
std::vector<ForeignScript> scripts_of(const Folder& home) {
    std::vector<ForeignScript> scripts;
    if (!home) return scripts;
    constexpr std::string_view end = ".sieve";
    char target[PATH_MAX];
    const auto length = ::readlinkat(home.get(), ".dovecot.sieve", target, sizeof target);
    const std::string_view active = length > 0 ? std::string_view(target, static_cast<std::size_t>(length)) : "";
    if (const Folder folder = home.enter("sieve"))
        for (const auto& file : files_in(folder)) {
            if (!file.ends_with(end) || file.size() == end.size() || file.starts_with('.')) continue;
            if (auto text = read_text(folder, file, largest_script))
                scripts.push_back(
                    {file.substr(0, file.size() - end.size()), std::move(*text), active.ends_with("sieve/" + file)});
        }
    if (auto text = read_text(home, ".dovecot.sieve", largest_script))
        scripts.push_back({"moved", std::move(*text), true});
    return scripts;
}

}  // namespace

std::string_view name(Kind kind) {
    return kind == Kind::tlo ? "a workspace of t-lo's mailserver" : "docker-mailserver";
}

base::Result<Origin> Origin::open(const std::string& path, const std::string& mail_path) {
    Folder root = open_folder(path);
    if (!root)
        return base::fail("cannot open the folder: " + base::errno_text(root.problem()), {},
                          base::ErrorKind::not_found);
    Folder mail = mail_path.empty() ? Folder() : open_folder(mail_path);
    if (!mail_path.empty() && !mail)
        return base::fail("cannot open the folder of the mail: " + base::errno_text(mail.problem()), {},
                          base::ErrorKind::not_found);
    if (has_file(root, "etc/dovecot/passwd") || has_file(root, "etc/postfix/vuser"))
        return Origin(Kind::tlo, root.enter("."), mail ? std::move(mail) : enter(root, "mail/inboxes"));
    for (const char* below : {".", "config", "dms/config", "docker-data/dms/config"}) {
        Folder config = enter(root, below);
        if (!config || !has_file(config, "postfix-accounts.cf")) continue;
        if (!mail) {
            const std::string_view there = below;
            const auto parent = there.ends_with("config") ? there.substr(0, there.size() - 6) : "";
            for (const char* name : {"mail-data", "maildata", "data"})
                if (!mail && there != ".") mail = enter(root, std::string(parent) + name);
        }
        return Origin(Kind::docker_mailserver, std::move(config), std::move(mail));
    }
    return base::fail(
        "there is no mail server in it that is known here",
        "A workspace of t-lo's mailserver has etc/dovecot/passwd in it, docker-mailserver's folder config "
        "has postfix-accounts.cf. Single mailboxes: import maildir, import mbox.",
        base::ErrorKind::not_found);
}

base::Result<ForeignServer> Origin::read() const {
    return kind_ == Kind::tlo ? read_tlo() : read_docker_mailserver();
}

ForeignServer Origin::read_tlo() const {
    ForeignServer server{.kind = kind_};
    auto& findings = server.findings;
    const std::string passwd = "etc/dovecot/passwd", vuser = "etc/postfix/vuser", valias = "etc/postfix/valias";
    const auto main_cf = read_text(config_, "etc/postfix/main.cf", largest_list).value_or("");
    server.domain = base::lower(main_cf_value(main_cf, "myorigin"));
    server.hostname = base::lower(main_cf_value(main_cf, "myhostname"));
    server.accounts = take(read_passwd(list(config_, passwd, findings), passwd), findings);
    std::set<std::string> known;
    for (const auto& account : server.accounts) known.insert(account.address);
    for (const auto& user : take(read_vuser(list(config_, vuser, findings), vuser), findings))
        if (!known.contains(user))
            findings.push_back(
                {vuser, std::format("{} has no password in {}: no account", base::printable(user, 100), passwd)});
    server.aliases = take(read_virtual(list(config_, valias, findings), valias), findings);
    add_keys(server, config_, "etc/opendkim/keys", "");
    add_keys_of_domains(server, config_, "etc/opendkim/keys");
    server.has_certificates = static_cast<bool>(enter(config_, "etc/letsencrypt/live"));
    return server;
}

ForeignServer Origin::read_docker_mailserver() const {
    ForeignServer server{.kind = kind_};
    auto& findings = server.findings;
    const auto accounts = list(config_, "postfix-accounts.cf", findings);
    server.accounts = take(read_dms_accounts(accounts, list(config_, "dovecot-quotas.cf", findings)), findings);
    const std::string aliases = "postfix-virtual.cf";
    server.aliases = take(read_virtual(list(config_, aliases, findings), aliases), findings);
    for (auto& pattern : take(read_dms_patterns(list(config_, "postfix-regexp.cf", findings)), findings))
        server.aliases.push_back(std::move(pattern));
    add_keys_of_domains(server, config_, "opendkim/keys");
    const std::string rspamd = "rspamd/dkim";
    if (const Folder folder = enter(config_, rspamd))
        for (const auto& file : files_in(folder))
            if (const auto key = parse_dms_key_name(file))
                add_key(server, config_, rspamd + "/" + file, key->selector, key->domain);
    // What else an operator may have put there, and has another place here.
    for (const auto& [file, why] :
         {std::pair("postfix-main.cf", "see \"Your own configuration of the engines\" in README.md"),
          {"postfix-master.cf", "see \"Your own configuration of the engines\" in README.md"},
          {"postfix-aliases.cf", "aliases of the system are not brought over"},
          {"dovecot.cf", "see \"Your own configuration of the engines\" in README.md"},
          {"postfix-send-access.cf", "see ./user.sh disable"},
          {"postfix-receive-access.cf", "see ./user.sh reject and ./user.sh send-only"},
          {"postfix-relaymap.cf", "see ./mailserver.sh relay"},
          {"postfix-sasl-password.cf", "see ./mailserver.sh relay"},
          {"dovecot-masters.cf", "there are no master users here"},
          {"fetchmail.cf", "mail is not fetched from other servers"},
          {"before.dovecot.sieve", "see \"Mail rules\" in README.md"},
          {"after.dovecot.sieve", "see \"Mail rules\" in README.md"}})
        if (has_file(config_, file)) findings.push_back({file, std::string("not brought over; ") + why});
    if (!mail_) findings.push_back({"mail-data", "the folder of the mail is not here: name it as the second folder"});
    return server;
}

ForeignMailbox Origin::mailbox(const std::string& address) const {
    ForeignMailbox box;
    const auto at = address.find('@');
    const auto domain = address.substr(at + 1);
    if (kind_ == Kind::tlo) {
        box.where = "mail/inboxes/" + domain + "/" + address + "/Maildir";
        const Folder home = mail_ ? enter(mail_, domain + "/" + address) : Folder();
        if (home) box.maildir = home.enter("Maildir");
        box.scripts = scripts_of(home);
        return box;
    }
    box.where = domain + "/" + address.substr(0, at);
    // Its Maildir is the user's folder; newer versions have a home in it.
    if (mail_) box.maildir = enter(mail_, box.where);
    if (auto text = read_text(config_, address + ".dovecot.sieve", largest_script))
        box.scripts.push_back({"moved", std::move(*text), true});
    if (box.maildir)
        for (auto& script : scripts_of(has_file(box.maildir, ".dovecot.sieve") || !box.maildir.enter("home")
                                           ? box.maildir.enter(".")
                                           : box.maildir.enter("home")))
            if (box.scripts.empty() || script.name != "moved") box.scripts.push_back(std::move(script));
    return box;
}

std::vector<std::string> Origin::strays(const std::vector<ForeignAccount>& accounts) const {
    std::set<std::string> known;
    for (const auto& account : accounts) known.insert(account.address);
    std::vector<std::string> strays;
    if (!mail_) return strays;
    for (const auto& domain : folders_in(mail_)) {
        if (!base::Domain::parse(domain)) continue;
        for (const auto& name : folders_in(mail_.enter(domain))) {
            const auto address = kind_ == Kind::tlo ? name : name + "@" + domain;
            if (!known.contains(address)) strays.push_back(domain + "/" + name);
        }
    }
    return strays;
}

}  // namespace moving
