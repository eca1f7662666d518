#pragma once
/// What every engine folder gives: its configuration as files, the check those files must pass, and its services.
/// Pure values; app writes the files, runs the checks and hands the services to the supervisor.
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/ip.h"
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
    bool exclusive = false;  ///< files in it that are none of the engine's are removed: it reads whatever is there
};

/// Where things are. Fields, so that tests and golden files can move them; the defaults are the container's.
struct Paths {
    std::string workspace = "/host";
    std::string run = "/run/mailserver";  ///< sockets, active certificate: gone with the container
    std::string templates = "/usr/share/mailserver/templates";          ///< src/engines/*/etc/… of this build
    std::string trust_anchor = "/usr/share/dns/root.key";               ///< the root's keys as dns-root-data ships them
    std::string monitoring_files = "/usr/share/mailserver/monitoring";  ///< dashboards, rules, the viewer
    /// The addresses of this container and its gateways. A client whose own address was lost on the way in (a proxy, a
    /// port forwarder) comes with one of them: it may be anybody.
    std::vector<base::IpAddress> stand_ins = {};

    std::string accounts_database() const { return workspace + "/etc/mailserver/accounts.sqlite"; }
    /// Private key, then certificate chain, in one PEM file, so that the pair is always switched in one rename.
    std::string certificate() const { return run + "/tls/server.pem"; }
    /// The same for a further name, and the lists of those there are (sni.h).
    std::string name_certificate(const std::string& name) const { return name_certificates() + "/" + name + ".pem"; }
    std::string name_certificates() const { return run + "/tls/names"; }
    std::string postfix_names() const { return run + "/tls/postfix-names"; }
    std::string dovecot_names() const { return run + "/tls/dovecot-names.conf"; }
    std::string dh_parameters() const { return workspace + "/etc/dovecot/dh.pem"; }
    std::string dkim_keys() const { return workspace + "/etc/opendkim/keys"; }
    /// What forwarded mail's return addresses are signed with; one line, root's alone.
    std::string srs_secret() const { return workspace + "/etc/postsrsd/secret"; }
    std::string inboxes() const { return workspace + "/mail/inboxes"; }
    /// The operator's own configuration, a folder an engine; and, of each engine, what of it worked last.
    std::string overrides() const { return workspace + "/etc/mailserver/override"; }
    std::string good_overrides() const { return state() + "/override-good"; }
    /// Sieve scripts of the operator, for users without one of their own; not beside the accounts, whose folder is
    /// closed to the processes that deliver.
    std::string sieve_scripts() const { return workspace + "/etc/dovecot/sieve"; }
    /// The supervisor's own state.
    std::string state() const { return workspace + "/var/lib/mailserver"; }
    /// The admin account's generated password, until it has been shown once.
    std::string first_password() const { return state() + "/first-password"; }
    /// The last logins; losing it costs nothing else.
    std::string logins_database() const { return state() + "/logins.sqlite"; }
    /// ClamAV's signatures and the operator's own; downloaded again when lost.
    std::string virus_signatures() const { return workspace + "/var/lib/clamav"; }
    /// What accounts have sent, who is stopped or trusted.
    std::string outbound_database() const { return state() + "/outbound.sqlite"; }
    /// The MTA-STS policies of other domains.
    std::string mta_sts_database() const { return state() + "/mta-sts.sqlite"; }
    /// How TLS to others went in the last days.
    std::string tls_reports_database() const { return state() + "/tls-reports.sqlite"; }
    /// What happened to mails in the last weeks.
    std::string trace_database() const { return state() + "/trace.sqlite"; }
    /// What other servers report about this one.
    std::string reports_database() const { return state() + "/reports.sqlite"; }
    std::string bans_database() const { return state() + "/bans.sqlite"; }
    /// The alerts that are firing.
    std::string alerts_file() const { return state() + "/alerts.json"; }
    /// What the container that collects the figures keeps, and is given; nothing else of the workspace.
    std::string monitoring_data() const { return workspace + "/monitoring-data"; }
    /// What the two containers tell each other; root's alone.
    std::string monitoring_link() const { return monitoring_data() + "/link"; }
    /// What the figures are asked for with; one line.
    std::string metrics_token() const { return monitoring_link() + "/token"; }
    /// The operator's own for backups, with the password that was made up.
    std::string backup_files() const { return workspace + "/etc/mailserver/backup"; }
    /// How the last backup went.
    std::string backup_state() const { return state() + "/backup.json"; }
    /// One consistent copy of everything, while it is wanted.
    std::string backup_snapshot() const { return state() + "/snapshot"; }
    /// Where something of a backup is looked at; nothing of it stays.
    std::string backup_scratch() const { return state() + "/backup-scratch"; }
    /// A mailbox from a backup, while what is missing of it is brought back; where the mail user can read it.
    std::string restore_scratch() const { return workspace + "/mail/restore-scratch"; }
    std::string postfix_queue() const { return workspace + "/var/spool/postfix"; }
};

/// One engine, ready to be written, checked and started.
struct Engine {
    std::string name;
    std::vector<Directory> directories;
    std::vector<RenderedFile> files;
    std::vector<sys::Command> checks;  ///< each must exit with 0, after the files are in place
    std::vector<supervise::Service> services;
    /// What its checks call the operator's files, and what the operator calls them (overrides.h).
    std::vector<std::pair<std::string, std::string>> operator_names;
    sys::Command reload;  ///< makes it read a changed certificate without dropping a connection; empty argv: not needed
};

}  // namespace engines
