#include "engines/dovecot/dovecot.h"

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

supervise::Probe imap() {
    return {.address = supervise::TcpAddress{.ip = "127.0.0.1", .port = 143}, .expect = "* OK "};
}

/// The folders dovecot.conf gives a special use; others are their own name.
std::vector<std::string> folders_of(const std::string& use_or_name) {
    if (use_or_name == "\\Sent") return {"Sent", "Sent Messages"};
    return {use_or_name.starts_with('\\') ? use_or_name.substr(1) : use_or_name};
}

std::vector<render::Values> full_text_search(const settings::FullTextSearch& search) {
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
        for (const auto& folder : folders_of(entry))
            values.parts["EXCLUDED"].push_back({.texts = {{"FOLDER", folder}}});
    return {values};
}

}  // namespace

base::Result<Engine> dovecot(const settings::Settings& settings, const Paths& paths) {
    const std::string config = "/etc/dovecot/dovecot.conf", script = "/etc/dovecot/sieve/spam-to-junk.sieve";
    Engine engine{.name = "dovecot"};
    engine.directories = {{.path = paths.inboxes(), .mode = 0770, .user = "mailuser", .group = "mailuser"},
                          {.path = paths.run + "/dovecot"},
                          // Whoever delivers first leaves the compiled script here.
                          {.path = paths.run + "/sieve", .mode = 0700, .user = "mailuser", .group = "mailuser"}};
    const auto added = add_files(engine, paths,
                                 {{config,
                                   {.texts = {{"RUN", paths.run},
                                              {"HOSTNAME", settings.hostname.str()},
                                              {"DOMAIN", settings.domain.str()},
                                              {"CERTIFICATE", paths.certificate()},
                                              {"DH_PARAMETERS", paths.dh_parameters()},
                                              {"INBOXES", paths.inboxes()},
                                              {"ACCOUNTS", paths.accounts_database()},
                                              {"AUTH_SOCKET", auth_socket(paths)},
                                              {"LMTP_SOCKET", lmtp_socket(paths)},
                                              {"QUOTA_SOCKET", quota_socket(paths)},
                                              {"QUOTA_DEFAULT", std::to_string(settings.quota_default)},
                                              {"MESSAGE_SIZE_LIMIT", std::to_string(settings.message_size_limit)}},
                                    .parts = {{"FULL_TEXT_SEARCH", full_text_search(settings.full_text_search)}}}},
                                  {script, {}}});
    if (!added) return std::unexpected(added.error());
    engine.checks = {{.argv = {"doveconf", "-n"}}, {.argv = {"sievec", "-d", script, "-"}}};
    // A pid file left by a killed master names a process number that may be somebody else's by now, and Dovecot would
    // refuse to start.
    engine.services = {{.name = "dovecot",
                        .argv = {"/bin/sh", "-c", "rm -f /run/dovecot/master.pid; exec dovecot -F -c " + config},
                        .ready = {auth(paths), lmtp(paths), imap()},
                        // Not 143: a flood of clients there is no reason for a restart.
                        .alive = {auth(paths)}}};
    engine.reload = {.argv = {"doveadm", "reload"}};
    return engine;
}

}  // namespace engines
