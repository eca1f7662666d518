#pragma once
/// What every engine folder gives: its configuration as files, the check those files must pass, and its services.
/// Pure values; app writes the files, runs the checks and hands the services to the supervisor.
#include <string>
#include <vector>

#include "base/error.h"
#include "settings/settings.h"
#include "supervise/service.h"
#include "sys/command.h"

namespace engines {

/// A file an engine reads. `user`/`group` are names of the image's /etc/passwd and /etc/group.
struct RenderedFile {
    std::string path;  ///< absolute path in the container: /etc/postfix/main.cf
    std::string content;
    unsigned mode = 0644;
    std::string user = "root";
    std::string group = "root";
    bool operator==(const RenderedFile&) const = default;
};

/// A folder an engine needs; made before the files are written.
struct Directory {
    std::string path;
    unsigned mode = 0755;
    std::string user = "root";
    std::string group = "root";
};

/// Where things are. Fields, so that tests and golden files can move them; the defaults are the container's.
struct Paths {
    std::string workspace = "/host";
    std::string run = "/run/mailserver";  ///< sockets, active certificate: gone with the container
    std::string templates = "/usr/share/mailserver/templates";  ///< src/engines/*/etc/… of this build
    std::string trust_anchor = "/usr/share/dns/root.key";       ///< the root's keys as dns-root-data ships them

    std::string accounts_database() const { return workspace + "/etc/mailserver/accounts.sqlite"; }
    /// Private key, then certificate chain, in one PEM file, so that the pair is always switched in one rename.
    std::string certificate() const { return run + "/tls/server.pem"; }
    std::string dh_parameters() const { return workspace + "/etc/dovecot/dh.pem"; }
    std::string dkim_keys() const { return workspace + "/etc/opendkim/keys"; }
    std::string inboxes() const { return workspace + "/mail/inboxes"; }
    /// Sieve scripts of the operator, for users without one of their own; not beside the accounts, whose folder is
    /// closed to the processes that deliver.
    std::string sieve_scripts() const { return workspace + "/etc/dovecot/sieve"; }
    /// The supervisor's own state.
    std::string state() const { return workspace + "/var/lib/mailserver"; }
    /// The admin account's generated password, until it has been shown once.
    std::string first_password() const { return state() + "/first-password"; }
    std::string postfix_queue() const { return workspace + "/var/spool/postfix"; }
};

/// One engine, ready to be written, checked and started.
struct Engine {
    std::string name;
    std::vector<Directory> directories;
    std::vector<RenderedFile> files;
    std::vector<sys::Command> checks;  ///< each must exit with 0, after the files are in place
    std::vector<supervise::Service> services;
    sys::Command reload;  ///< makes it read a changed certificate without dropping a connection; empty argv: not needed
};

}  // namespace engines
