#include "app/dns/check.h"

#include <algorithm>
#include <chrono>
#include <format>
#include <iostream>
#include <optional>
#include <thread>

#include "app/dns/logo.h"
#include "app/dns/proofs.h"
#include "app/dns/watch.h"
#include "base/clock.h"
#include "base/text.h"
#include "certs/published.h"
#include "dkim/keys.h"
#include "dnscheck/check.h"
#include "dnscheck/report.h"
#include "json/json.h"
#include "resolver/cares_servers.h"
#include "resolver/unbound_resolver.h"
#include "setup/mta_sts.h"

namespace app {
namespace {

enum class Form { text, json, zone, plain };

struct Wanted {
    Form form = Form::text;
    bool watch = false;
    bool mail_changes = false;
    bool only_required = false;
    std::optional<base::Domain> domain;
};

base::Error wrong_usage() {
    return usage_error("dns-check", dns_check_usage);
}

base::Result<Wanted> parse_arguments(Arguments arguments, const settings::Settings& settings) {
    Wanted wanted;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const auto word = arguments[i];
        const bool has_value = i + 1 < arguments.size();
        if (word == "--json" || word == "--zone" || word == "--plain") {
            if (wanted.form != Form::text) return std::unexpected(wrong_usage());
            wanted.form = word == "--json" ? Form::json : word == "--zone" ? Form::zone : Form::plain;
        } else if (word == "--watch") {
            wanted.watch = true;
        } else if (word == "--mail-changes" && arguments.size() == 1) {
            wanted.mail_changes = true;
        } else if (word == "--only" && has_value && arguments[i + 1] == "required") {
            wanted.only_required = true;
            ++i;
        } else if (word == "--domain" && has_value) {
            const auto domain = base::Domain::parse(arguments[++i]);
            if (!domain || !std::ranges::contains(settings.domains(), *domain))
                return base::fail(
                    std::format("'{}' is not one of this server's domains", base::printable(arguments[i], 253)),
                    "They are in DOMAIN and ADDITIONAL_DOMAINS.", base::ErrorKind::usage);
            wanted.domain = *domain;
        } else {
            return std::unexpected(wrong_usage());
        }
    }
    if (wanted.watch && wanted.form != Form::text) return std::unexpected(wrong_usage());
    return wanted;
}

base::Result<dnscheck::DkimKeys> dkim_keys(const settings::Settings& settings, const Installation& here) {
    const dkim::Keys keys{.folder = here.dkim_keys(), .selector = settings.dkim_key_selector};
    dnscheck::DkimKeys all;
    for (const auto& domain : settings.domains()) {
        auto known = dkim::public_keys(keys, domain);
        if (known)
            all.emplace(domain, std::move(*known));
        else if (known.error().kind != base::ErrorKind::not_found)
            return std::unexpected(known.error());
    }
    return all;
}

base::Result<dnscheck::Known> known_facts(const settings::Settings& settings, const Installation& here) {
    auto keys = dkim_keys(settings, here);
    if (!keys) return std::unexpected(keys.error());
    auto options = certs::options_from(settings);
    options.workspace = here.workspace;
    auto certificates = certs::published(options);
    dnscheck::Known known{.dkim = std::move(*keys),
                          .tls_keys = std::move(certificates.keys),
                          .acme_account = std::move(certificates.account_url),
                          .logo_url = logo_url(settings, here),
                          .serves_autoconfig = true};
    if (!settings.mta_sts.empty()) {
        known.mta_sts_policy = setup::mta_sts_policy(settings.mta_sts, settings.hostname, settings.mta_sts_max_age);
        known.mta_sts = setup::mta_sts_record(known.mta_sts_policy);
    }
    return known;
}

void print(const dnscheck::Report& report, Form form) {
    switch (form) {
        case Form::text:
            std::cout << dnscheck::as_text(report);
            break;
        case Form::json:
            std::cout << json::dump(dnscheck::as_json(report), 2) << '\n';
            break;
        case Form::zone:
            std::cout << dnscheck::zone_text(report.wanted());
            break;
        case Form::plain:
            std::cout << dnscheck::for_forms(report.wanted());
            break;
    }
    std::cout << std::flush;
}

dnscheck::Report part(dnscheck::Report report, const Wanted& wanted) {
    if (wanted.domain) report = only_domain(std::move(report), *wanted.domain);
    return wanted.only_required ? only_required(std::move(report)) : report;
}

constexpr std::chrono::seconds watch_interval{10};

}  // namespace

resolver::UnboundOptions resolver_options(const settings::Settings& settings) {
    resolver::UnboundOptions options{.validate = settings.dns_validation};
    for (const auto& address : settings.dns_forwarders) options.forwarders.push_back({address});
    return options;
}

base::Result<dnscheck::Report> check_dns(const settings::Settings& settings, const Installation& here,
                                         std::string_view host_addresses) {
    auto known = known_facts(settings, here);
    if (!known) return std::unexpected(known.error());
    // A new one each time: nothing it has learned before counts.
    auto resolver = resolver::UnboundResolver::create(resolver_options(settings));
    if (!resolver) return std::unexpected(resolver.error());
    resolver::CaresServers servers;
    return dnscheck::check({settings, std::move(*known), dnscheck::parse_host_addresses(host_addresses)}, *resolver,
                           &servers, [&](const dnscheck::Trials& trials) { return prove(trials, settings); });
}

base::ExitCode dns_check_command(Arguments arguments, const settings::Settings& settings, const Installation& here,
                                 std::string_view host_addresses) {
    const auto wanted = parse_arguments(arguments, settings);
    if (!wanted) return report(wanted.error());
    if (wanted->mail_changes) {
        const auto done = watch_dns(settings, here, host_addresses, true, base::RealClock().now());
        return done ? base::ExitCode::ok : report(done.error());
    }
    std::string told;
    for (;;) {
        auto checked = check_dns(settings, here, host_addresses);
        if (!checked) return report(checked.error());
        const auto result = part(std::move(*checked), *wanted);
        // Waiting for a provider: only what changed is worth a look.
        if (auto text = dnscheck::as_text(result); !wanted->watch || text != told) {
            if (!told.empty()) std::cout << std::format("\n{:%F %T} UTC\n\n", base::RealClock().now());
            print(result, wanted->form);
            told = std::move(text);
        }
        if (result.green()) return base::ExitCode::ok;
        if (!wanted->watch) return base::ExitCode::failed;
        std::this_thread::sleep_for(watch_interval);
    }
}

}  // namespace app
