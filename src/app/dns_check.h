#pragma once
/// `mailserver dns-check`: which DNS records are right, which are missing, and what to put there. Asks the DNS itself;
/// no engine need run, and no service outside is asked for our address.
#include <string_view>

#include "app/command.h"
#include "resolver/unbound_resolver.h"

namespace app {

/// How the DNS is asked for a check: without a cache of ours, DNS_FORWARDERS if there are any.
resolver::UnboundOptions resolver_options(const settings::Settings& settings);

/// Prints the report as text, or with `--json` as JSON. `host_addresses` are the addresses of the host's network
/// interfaces, separated by spaces, as the start script passes them. Exit code 0 when all that is required is right, 1
/// when not or when the DNS cannot be asked, 2 for bad arguments. Takes 20 s at most, whatever the DNS does.
base::ExitCode dns_check_command(Arguments arguments, const settings::Settings& settings, const Installation& here,
                                 std::string_view host_addresses);

}  // namespace app
