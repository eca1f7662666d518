#include "app/dns_check.h"

#include <iostream>

#include "dkim/keys.h"
#include "dnscheck/check.h"
#include "dnscheck/report.h"
#include "json/json.h"
#include "resolver/unbound_resolver.h"

namespace app {
namespace {

base::Result<dnscheck::DkimValues> dkim_values(const settings::Settings& settings, const Installation& here) {
    const dkim::Keys keys{.folder = here.dkim_keys(), .selector = settings.dkim_key_selector};
    dnscheck::DkimValues values;
    for (const auto& domain : settings.domains()) {
        const auto all = dkim::public_keys(keys, domain);
        if (all)
            values.emplace(domain, all->front().value);
        else if (all.error().kind != base::ErrorKind::not_found)
            return std::unexpected(all.error());
    }
    return values;
}

}  // namespace

resolver::UnboundOptions resolver_options(const settings::Settings& settings) {
    resolver::UnboundOptions options{.validate = settings.dns_validation};
    for (const auto& address : settings.dns_forwarders) options.forwarders.push_back({address});
    return options;
}

base::ExitCode dns_check_command(Arguments arguments, const settings::Settings& settings, const Installation& here,
                                 std::string_view host_addresses) {
    const bool json = arguments.size() == 1 && arguments[0] == "--json";
    if (!arguments.empty() && !json) return report(usage_error("dns-check", "[--json]"));
    auto keys = dkim_values(settings, here);
    if (!keys) return report(keys.error());
    auto resolver = resolver::UnboundResolver::create(resolver_options(settings));
    if (!resolver) return report(resolver.error());
    const auto result =
        dnscheck::check({settings, std::move(*keys), dnscheck::parse_host_addresses(host_addresses)}, *resolver);
    if (json)
        std::cout << json::dump(dnscheck::as_json(result), 2) << '\n';
    else
        std::cout << dnscheck::as_text(result);
    return result.green() ? base::ExitCode::ok : base::ExitCode::failed;
}

}  // namespace app
