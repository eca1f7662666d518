/// The program: one table of subcommands. Everything that runs in the container, and every command a person types,
/// starts here.
#include <algorithm>
#include <cstdlib>
#include <exception>
#include <format>
#include <iostream>
#include <string_view>
#include <vector>

#include "accounts/users.h"
#include "app/backup/command.h"
#include "app/common/command.h"
#include "app/common/settings_source.h"
#include "app/common/version.h"
#include "app/dns/check.h"
#include "app/filter/learn.h"
#include "app/filter/spam.h"
#include "app/filter/virus_scanner.h"
#include "app/health/client_watch.h"
#include "app/health/demo.h"
#include "app/health/health.h"
#include "app/import/imap.h"
#include "app/import/import.h"
#include "app/keys/dkim.h"
#include "app/keys/tlsa.h"
#include "app/monitoring/metrics.h"
#include "app/monitoring/monitoring.h"
#include "app/outbound/outbound.h"
#include "app/outbound/queue.h"
#include "app/outbound/relay.h"
#include "app/outbound/reports.h"
#include "app/outbound/tls_report.h"
#include "app/outbound/trace.h"
#include "app/run.h"
#include "app/start/check_config.h"
#include "app/start/progress.h"
#include "app/start/render.h"
#include "app/status.h"
#include "app/support/sbom.h"
#include "app/support/support_bundle.h"
#include "app/sync/hide_deleted.h"
#include "app/sync/sync.h"
#include "app/user/ban.h"
#include "app/user/quota_warning.h"
#include "app/user/user.h"
#include "base/clock.h"
#include "bootstrap/start.h"
#include "sys/network.h"

namespace app {
namespace {

struct Subcommand {
    std::string_view name;
    std::string_view usage;
    std::string_view help;
    base::ExitCode (*run)(Arguments arguments, const Installation& here);
};

/// Hands the operator's settings to a subcommand that needs them.
template <auto Command>
base::ExitCode with_settings(Arguments arguments, const Installation& here) {
    const auto settings = present_settings(here);
    return settings ? Command(arguments, *settings, here) : report(settings.error());
}

/// The same for one that runs as long as the container.
template <auto Command>
base::ExitCode start_with_settings(Arguments arguments, const Installation& here) {
    const auto settings = settings_for_start(here);
    return settings ? Command(arguments, *settings, here) : report(settings.error());
}

base::ExitCode user(Arguments arguments, const settings::Settings& settings, const Installation& here) {
    const base::RealClock clock;
    const char* container = std::getenv("MAILSERVER_CONTAINER_ID");
    return UserCommand{.settings = settings,
                       .workspace = bootstrap::workspace_of(settings, here.workspace),
                       .clock = clock,
                       .end_sessions = accounts::end_sessions,
                       .new_patterns = accounts::read_patterns_anew,
                       .container_id = container ? container : "",
                       .in = std::cin,
                       .out = std::cout,
                       .err = std::cerr}
        .run(arguments);
}

base::ExitCode dns_check(Arguments arguments, const settings::Settings& settings, const Installation& here) {
    const char* addresses = std::getenv("MAILSERVER_HOST_ADDRESSES");
    return dns_check_command(arguments, settings, here, addresses ? addresses : "");
}

base::ExitCode import(Arguments arguments, const settings::Settings& settings, const Installation& here) {
    if (!arguments.empty() && arguments[0] == "imap") return import_imap(arguments.subspan(1), settings, here);
    return import_command(arguments, settings, here);
}

constexpr Subcommand subcommands[] = {
    {"run", "", "run the mail server (the container's own process)", start_with_settings<run_command>},
    {"user", "add|del|passwd|list|update-aliases|help …", "manage accounts and aliases", with_settings<user>},
    {"ban", "list|add|del|help …", "networks that may not log in", with_settings<ban_command>},
    {"spam", "train|stat|help …", "teach the spam filter, and show what it has learned",
     [](Arguments arguments, const Installation& here) { return spam_command(arguments, here); }},
    {"outbound", "list|release|purge|trust|untrust|help …",
     "see and decide about mail held of accounts that seem hijacked",
     [](Arguments arguments, const Installation& here) { return outbound_command(arguments, here); }},
    {"queue", "list|show|flush|hold|release|delete|help …", "the mail that is on its way",
     [](Arguments arguments, const Installation& here) { return queue_command(arguments, here); }},
    {"relay", "list|add|del|help …", "other servers through which mail of some senders leaves",
     with_settings<relay_command>},
    {"sync", "list|add|del|run|help …", "accounts at other IMAP servers that are kept the same as mailboxes here",
     with_settings<sync_command>},
    {"learn", "spam|ham < MAIL", "teach the spam filter one mail (for Dovecot)",
     [](Arguments arguments, const Installation& here) { return learn_command(arguments, here); }},
    {"backup", "list|now|verify|restore|snapshot|help …", "copies of everything, elsewhere",
     with_settings<backup_command>},
    {"import", "workspace|maildir|mbox|imap|help …", "move in from another mail server", with_settings<import>},
    {"dkim", "list|next|use|help …", "show the keys mail is signed with, and prepare the next",
     with_settings<dkim_command>},
    {"tlsa", "list|use|help …", "show the keys of the certificate with their TLSA records, and the next",
     with_settings<tlsa_command>},
    {"dns-check", dns_check_usage, "check the DNS records and print what is missing", with_settings<dns_check>},
    {"status", "[--json]", "show the services and the certificate",
     [](Arguments arguments, const Installation& here) { return status_command(arguments, here); }},
    {"support-bundle", "[-]", "print what somebody who helps has to know, without secrets",
     with_settings<support_bundle_command>},
    {"tls-report", "show [--json] | now", "how TLS to others went, and the reports about it",
     with_settings<tls_report_command>},
    {"reports", "[--days NUMBER] [--domain DOMAIN] [--json]",
     "show what other servers report about mail and TLS of this one", with_settings<reports_command>},
    {"trace", "MESSAGE-ID|QUEUE-ID|ADDRESS [--since TIME] [--limit NUMBER] [--json]", "show what happened to a mail",
     with_settings<trace_command>},
    {"metrics", "[dovecot|rspamd] | --reference", "print the present figures, or the table of all there are",
     [](Arguments arguments, const Installation& here) { return metrics_command(arguments, here); }},
    {"monitoring", "", "keep the metrics and watch them (the own process of the monitoring container)",
     start_with_settings<monitoring_command>},
    {"health", "", "tell in one line whether mail is accepted and can be read",
     [](Arguments arguments, const Installation& here) { return health_command(arguments, here); }},
    {"progress", "", "follow a start until the server is ready", with_settings<progress_command>},
    {"demo", "", "make a demo account, send it a mail, read it back", with_settings<demo_command>},
    {"check-config", "[--file FILE]", "check the settings and the overrides, writing nothing",
     [](Arguments arguments, const Installation& here) { return check_config_command(arguments, here); }},
    {"settings-template", "", "print settings.env.empty",
     [](Arguments arguments, const Installation&) { return settings_template_command(arguments); }},
    {"render", "DIRECTORY", "write the engines' configuration files below DIRECTORY", with_settings<render_command>},
    {"quota-warning", "PERCENT USER", "tell a user how full the mailbox is; Dovecot runs it",
     [](Arguments arguments, const Installation&) { return quota_warning_command(arguments); }},
    {"hide-deleted", "", "a filter between mbsync and Dovecot",
     [](Arguments arguments, const Installation&) { return hide_deleted_command(arguments); }},
    {"virus-scanner", "official-signatures|own-signatures",
     "become the virus scanner once it can run (for the supervisor)",
     [](Arguments arguments, const Installation& here) { return virus_scanner_command(arguments, here); }},
    {"client-address", "SENT_FROM SEEN", "note with which address a client arrived; ./start_mailserver.sh tries it",
     [](Arguments arguments, const Installation& here) { return client_address_command(arguments, here); }},
    {"sbom", "", "print what the image is made of: all packages with their versions (CycloneDX)",
     [](Arguments arguments, const Installation&) { return sbom_command(arguments); }},
    {"version", "", "print the version",
     [](Arguments, const Installation&) {
         std::cout << version << '\n';
         return base::ExitCode::ok;
     }},
};

base::ExitCode help() {
    std::cout << "Usage: mailserver SUBCOMMAND [ARGUMENTS]\n\n";
    for (const auto& subcommand : subcommands)
        std::cout << std::format("  {:<18} {}\n", subcommand.name, subcommand.help);
    std::cout << "\nExit codes: 0 done, 1 it did not work, 2 wrong usage or bad settings, 3 no such thing, "
                 "4 it exists already, 5 the server is not running.\n";
    return base::ExitCode::ok;
}

base::ExitCode dispatch(Arguments words) {
    Installation here;
    here.stand_ins = sys::own_addresses();
    for (const auto& gateway : sys::gateways()) here.stand_ins.push_back(gateway);
    if (asks_for_help(words)) return help();
    const auto found = std::ranges::find(subcommands, words[0], &Subcommand::name);
    if (found == std::end(subcommands))
        return report({.text = std::format("there is no subcommand '{}'", words[0]),
                       .remedy = "`mailserver help` lists them.",
                       .kind = base::ErrorKind::usage});
    if (words.size() == 2 && words[1] == "--help") {
        std::cout << std::format("Usage: mailserver {} {}\n{}\n", found->name, found->usage, found->help);
        return base::ExitCode::ok;
    }
    return found->run(words.subspan(1), here);
}

}  // namespace
}  // namespace app

int main(int argc, char** argv) {
    try {
        const std::vector<std::string_view> words(argv + 1, argv + argc);
        return static_cast<int>(app::dispatch(words));
    } catch (const std::exception& error) {
        std::cerr << "error: the program met something it does not expect: " << error.what() << '\n';
        return static_cast<int>(base::ExitCode::failed);
    }
}
