#include "engines/dovecot/dovecot.h"

#include "engines/dovecot/mailboxes.h"
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

}  // namespace

base::Result<Engine> dovecot(const settings::Settings& settings, const Paths& paths) {
    const std::string config = "/etc/dovecot/dovecot.conf", script = "/etc/dovecot/sieve/spam-to-junk.sieve";
    Engine engine{.name = "dovecot"};
    engine.directories = {{.path = paths.inboxes(), .mode = 0770, .user = "mailuser", .group = "mailuser"},
                          {.path = paths.run + "/dovecot"},
                          // Whoever delivers first leaves the compiled script here.
                          {.path = paths.run + "/sieve", .mode = 0700, .user = "mailuser", .group = "mailuser"}};
    if (!settings.mailboxes.index_dir.empty())
        engine.directories.push_back({.path = paths.workspace + "/" + settings.mailboxes.index_dir,
                                      .mode = 0770,
                                      .user = "mailuser",
                                      .group = "mailuser"});
    render::Values values{.texts = {{"RUN", paths.run},
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
                                    {"MESSAGE_SIZE_LIMIT", std::to_string(settings.message_size_limit)}}};
    add_mailbox_values(values, settings, paths);
    const auto added =
        add_files(engine, paths, {{config, values}, {script, {.texts = {{"JUNK", settings.mailboxes.junk}}}}});
    if (!added) return std::unexpected(added.error());
    engine.checks = {{.argv = {"doveconf", "-n"}}, {.argv = {"sievec", "-d", script, "-"}}};
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
