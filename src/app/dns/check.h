#pragma once
/// `mailserver dns-check`: which DNS records are right, which are missing, and what to put there. Asks the DNS itself;
/// no engine need run, and no service outside is asked for our address.
#include <string_view>

#include "app/common/command.h"
#include "dnscheck/check.h"
#include "resolver/unbound_resolver.h"

namespace app {

inline constexpr std::string_view dns_check_usage =
    "[--json | --zone | --plain | --watch | --mail-changes] [--domain DOMAIN] [--only required]";

/// All checks, with what the workspace has; an error when they cannot be made at all.
base::Result<dnscheck::Report> check_dns(const settings::Settings& settings, const Installation& here,
                                         std::string_view host_addresses);

/// How the DNS is asked for a check: without a cache of ours, DNS_FORWARDERS if there are any.
resolver::UnboundOptions resolver_options(const settings::Settings& settings);

/// Prints the report as text, with `--json` as JSON; with `--zone` all records as a zone file, with `--plain` for web
/// forms. `--watch` checks again and again until all is right, and prints what changed; `--mail-changes` prints nothing
/// and mails what changed since the last time, as the supervisor does every day (watch.h). `host_addresses` are the
/// addresses of the host's network interfaces, separated by spaces, as the start script passes them. Exit code 0 when
/// all that is required is right, 1 when not or when the DNS cannot be asked, 2 for bad arguments. Takes 20 s at most,
/// whatever the DNS does.
base::ExitCode dns_check_command(Arguments arguments, const settings::Settings& settings, const Installation& here,
                                 std::string_view host_addresses);

}  // namespace app
