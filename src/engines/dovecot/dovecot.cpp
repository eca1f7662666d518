#include "engines/dovecot/dovecot.h"

#include "engines/dovecot/directory.h"
#include "engines/dovecot/mailboxes.h"
#include "engines/inner_door.h"
#include "engines/networks.h"
#include "engines/sockets.h"
#include "engines/template_file.h"

namespace engines {
namespace {

/// As Postfix would say hello; the answer ends with DONE, once the password database is open.
supervise::Probe auth(const Paths& paths) {
    return {
        .address = supervise::UnixAddress{auth_socket(paths)}, .send = "VERSION\t1\t2\nCPID\t1\n", .expect = "DONE\n"};
}

supervise::Probe lmtp(const Paths& paths) {
    return {.address = supervise::UnixAddress{lmtp_socket(paths)}, .expect = "220 "};
}

supervise::Probe greeting(int port, std::string expected) {
    return {.address = supervise::TcpAddress{.ip = "127.0.0.1", .port = port}, .expect = std::move(expected)};
}

/// Every way in that is open.
std::vector<supervise::Probe> ready(const settings::Settings& settings, const Paths& paths) {
    std::vector<supervise::Probe> probes{auth(paths), lmtp(paths), greeting(143, "* OK ")};
    if (settings.pop3) probes.push_back(greeting(110, "+OK "));
    if (settings.managesieve) probes.push_back(greeting(4190, "\"IMPLEMENTATION\""));
    return probes;
}

/// The folders of a special use; what is none is a folder's own name.
std::vector<std::string> folders_of(const std::string& use_or_name, const settings::Mailboxes& mailboxes) {
    if (use_or_name == "\\Drafts") return {mailboxes.drafts};
    if (use_or_name == "\\Sent") return {mailboxes.sent, "Sent Messages"};
    if (use_or_name == "\\Junk") return {mailboxes.junk};
    if (use_or_name == "\\Trash") return {mailboxes.trash};
    if (use_or_name == "\\Archive")
        return mailboxes.archive.empty() ? std::vector<std::string>{} : std::vector{mailboxes.archive};
    return {use_or_name.starts_with('\\') ? use_or_name.substr(1) : use_or_name};
}

std::vector<render::Values> full_text_search(const settings::Settings& settings) {
    const auto& search = settings.full_text_search;
    if (!search.enabled) return {};
    const auto yes_no = [](bool value) { return value ? "yes" : "no"; };
    const bool with_headers = search.enforced == settings::SearchEnforced::yes;
    render::Values values{.texts = {{"AUTOINDEX", yes_no(search.autoindex)},
                                    {"ADD_MISSING", with_headers ? "yes" : "body-search-only"},
                                    {"READ_FALLBACK", yes_no(search.enforced == settings::SearchEnforced::no)},
                                    {"MIN_SIZE", std::to_string(search.min_size)},
                                    {"SUBSTRING", yes_no(search.substring)}},
                          .parts = {{"EXCLUDED", {}}}};
    for (const auto& entry : search.exclude)
        for (const auto& folder : folders_of(entry, settings.mailboxes))
            values.parts["EXCLUDED"].push_back({.texts = {{"FOLDER", folder}}});
    return {values};
}

}  // namespace

base::Result<Engine> dovecot(const settings::Settings& settings, const Paths& paths) {
    const auto scratch = paths.workspace + "/var/cache/dovecot";
    const std::string config = "/etc/dovecot/dovecot.conf", script = "/etc/dovecot/sieve/spam-to-junk.sieve";
    const std::string learn_spam = "/etc/dovecot/sieve/learn-spam.sieve";
    const std::string learn_ham = "/etc/dovecot/sieve/learn-ham.sieve";
    Engine engine{.name = "dovecot"};
    engine.directories = {{.path = paths.inboxes(), .mode = 0770, .user = "mailuser", .group = "mailuser"},
                          {.path = scratch, .mode = 0700, .user = "mailuser", .group = "mailuser", .exclusive = true},
                          {.path = paths.run + "/dovecot"},
                          // Whoever delivers first leaves the compiled script here.
                          {.path = paths.run + "/sieve", .mode = 0700, .user = "mailuser", .group = "mailuser"}};
    if (!settings.mailboxes.index_dir.empty())
        engine.directories.push_back({.path = paths.workspace + "/" + settings.mailboxes.index_dir,
                                      .mode = 0770,
                                      .user = "mailuser",
                                      .group = "mailuser"});
    render::Values values{
        .texts = {{"RUN", paths.run},
                  {"SCRATCH", scratch},
                  {"HOSTNAME", settings.hostname.str()},
                  {"DOMAIN", settings.domain.str()},
                  {"CERTIFICATE", paths.certificate()},
                  {"CERTIFICATE_NAMES", paths.dovecot_names()},
                  {"DH_PARAMETERS", paths.dh_parameters()},
                  {"INBOXES", paths.inboxes()},
                  {"ACCOUNTS", paths.accounts_database()},
                  {"AUTH_SOCKET", auth_socket(paths)},
                  {"POLICY_URL", inner_door_url("/auth-policy")},
                  {"POLICY_KEY", dovecot_key_file(paths)},
                  {"LMTP_SOCKET", lmtp_socket(paths)},
                  {"INNER_MAIL_PORT", std::to_string(inner_mail_port)},
                  {"QUOTA_SOCKET", quota_socket(paths)},
                  {"QUOTA_DEFAULT", std::to_string(settings.quota_default)},
                  {"MESSAGE_SIZE_LIMIT", std::to_string(settings.message_size_limit)}},
        .parts = {{"FULL_TEXT_SEARCH", full_text_search(settings)}, {"LEARNING", {}}, {"METRICS", {}}}};
    if (settings.spam_learning) values.parts["LEARNING"] = {{.texts = {{"JUNK_FOLDER", settings.mailboxes.junk}}}};
    if (settings.metrics)
        values.parts["METRICS"] = {{.texts = {{"METRICS_PORT", std::to_string(dovecot_metrics_port)}}}};
    add_mailbox_values(values, settings, paths);
    add_directory_values(values, settings);
    const auto proxies = proxy_networks(settings, paths);
    if (!proxies) return std::unexpected(proxies.error());
    values.parts["DEBUG"] = render::when(settings.debugs("dovecot"));
    values.parts["NO_DEBUG"] = render::when(!settings.debugs("dovecot"));
    values.parts["PROXY"] = {};
    if (!proxies->empty())
        values.parts["PROXY"] = {
            {.texts = {{"NETWORKS", network_list(*proxies, " ", false)}},
             .parts = {{"POP3", render::when(settings.pop3)}, {"SIEVE", render::when(settings.managesieve)}}}};
    const auto added = add_files(engine, paths,
                                 {{config, values},
                                  {script, {.texts = {{"JUNK", settings.mailboxes.junk}}}},
                                  {learn_spam, {}},
                                  {learn_ham, {}}});
    if (!added) return std::unexpected(added.error());
    add_directory_login(engine, settings.ldap);
    engine.checks = {{.argv = {"doveconf", "-n", "-c", config}}, {.argv = {"sievec", "-d", script, "-"}}};
    // A pid file left by a killed master names a process number that may be somebody else's by now, and Dovecot would
    // refuse to start.
    engine.services = {{.name = "dovecot",
                        .argv = {"/bin/sh", "-c", "rm -f /run/dovecot/master.pid; exec dovecot -F -c " + config},
                        .ready = ready(settings, paths),
                        // Not 143: a flood of clients there is no reason for a restart.
                        .alive = {auth(paths)}}};
    engine.reload = {.argv = {"doveadm", "reload"}};
    return engine;
}

}  // namespace engines
