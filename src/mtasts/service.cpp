#include "mtasts/service.h"

#include <format>
#include <optional>

#include "base/log.h"
#include "mtasts/dane.h"
#include "mtasts/record.h"
#include "mtasts/table_entry.h"

namespace mtasts {
namespace {

/// `[host]`, `host:587` and addresses are somebody's explicit choice, and a policy is for one domain without those
/// below it (RFC 8461 §3.1), which Postfix asks for as `.example.org`.
std::optional<base::Domain> policy_domain(std::string_view destination) {
    if (destination.starts_with('.') || destination.ends_with('.')) return std::nullopt;
    const auto domain = base::Domain::parse(destination);
    return domain ? std::optional(*domain) : std::nullopt;
}

}  // namespace

Service::Service(Store store, resolver::Resolver& resolver, net::HttpClient& client, const base::Clock& clock,
                 Options options)
    : store_(std::move(store)),
      resolver_(resolver),
      client_(client),
      clock_(clock),
      options_(std::move(options)),
      fetches_(clock,
               [this](const auto& domain, const auto& id, const auto& stop) { return renew(domain, id, stop); }) {}

net::TableReply Service::lookup(const std::string& destination) {
    const auto domain = policy_domain(destination);
    if (!domain) return net::not_found();
    const auto id = record_id(resolver_.query(record_name(*domain), resolver::Type::TXT).texts);
    auto known = store_.find(*domain, clock_.now());
    if (known && id && (!*known || (*known)->id != *id)) {
        fetches_.run(domain->str(), *id, options_.patience);
        known = store_.find(*domain, clock_.now());
    }
    if (!known) {
        base::log("mta-sts", known.error().text);
        return net::temporary_failure("the policies cannot be read");
    }
    if (!*known || (*known)->policy.mode == Mode::none) return net::not_found();
    const auto& policy = (*known)->policy;
    if (policy.mode == Mode::testing) return net::found(table_entry(*domain, policy, options_.otherwise));
    return enforced(*domain, policy);
}

net::TableReply Service::enforced(const base::Domain& domain, const Policy& policy) {
    switch (dane_of(domain, resolver_)) {
        case Dane::none:
            return net::found(table_entry(domain, policy, options_.otherwise));
        case Dane::all:
            return net::not_found();
        case Dane::some:
            // To the others mail would go unverified: neither DANE nor MTA-STS allows that.
            return net::found("dane-only");
        case Dane::unknown:
            break;
    }
    return net::temporary_failure(std::format("the DNS does not say whether {} has TLSA records", domain.str()));
}

bool Service::renew(const std::string& name, const std::string& id, const std::stop_token& stop) {
    const auto domain = base::Domain::parse(name);
    if (!domain) return false;
    const auto policy = fetch(*domain, client_, stop);
    if (!policy) {
        base::log("mta-sts", policy.error().error.text);
        options_.on_failure(*domain, policy.error().failure);
        return false;
    }
    const auto kept = store_.keep(*domain, id, *policy, clock_.now());
    if (!kept) base::log("mta-sts", kept.error().text);
    return kept.has_value();
}

void Service::refresh(const std::stop_token& stop) {
    const auto domains = store_.due(clock_.now());
    if (!domains) return base::log("mta-sts", domains.error().text);
    for (const auto& domain : *domains) {
        if (stop.stop_requested()) return;
        // Without its record the policy counts all the same until its time is over; it may be about to come back.
        const auto id = record_id(resolver_.query(record_name(domain), resolver::Type::TXT).texts);
        const auto known = store_.find(domain, clock_.now());
        if (!id && (!known || !*known)) continue;
        fetches_.run(domain.str(), id.value_or(known && *known ? (*known)->id : ""), fetch_limit);
    }
}

}  // namespace mtasts
