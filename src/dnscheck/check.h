#pragma once
/// Compares what the DNS says with what this server needs. The checks are functions of a Situation and a Resolver; they
/// open no file and print nothing. "Cannot be looked up" is a finding of its own and never becomes advice to add a
/// record that may well exist.
#include <string>
#include <string_view>
#include <vector>

#include "base/ip.h"
#include "dnscheck/addresses.h"
#include "dnscheck/proofs.h"
#include "dnscheck/records.h"
#include "resolver/resolver.h"
#include "resolver/servers.h"
#include "settings/settings.h"

namespace dnscheck {

enum class Severity {
    ok,
    note,     ///< good to know; nothing is amiss
    warning,  ///< works, but should be looked at
    error,    ///< missing or wrong
    unknown,  ///< the look-up failed: nobody can tell
};

/// "ok", "warning", …
std::string_view severity_name(Severity severity);

/// The result of one check. `id` with `subject` names it in every run.
struct Finding {
    std::string id;       ///< "host.a", "domain.spf.ipv4", …
    std::string subject;  ///< the host, address or domain
    Severity severity = Severity::ok;
    std::string text;                  ///< one or more lines for a person, without mark and indentation
    std::vector<Record> records = {};  ///< what to put into the DNS
    std::string cause = {};            ///< one word: missing, wrong, duplicate, truncated, …; empty when all is well
    bool ignored = false;              ///< by DNS_CHECK_IGNORE: shown, but does not count
    bool operator==(const Finding&) const = default;
};

/// What the checks need to know beside the DNS.
struct Situation {
    const settings::Settings& settings;
    Known known;
    std::vector<base::IpAddress> interfaces;  ///< of the host, see parse_host_addresses()
};

/// How a needed record stands in the DNS.
enum class Presence {
    ok,
    missing,
    differs,
    unknown,  ///< the look-up failed
};

/// "ok", "missing", …
std::string_view presence_name(Presence presence);

struct Needed {
    Record record;  ///< its value is the one to enter: SPF's has what the operator's record has beside
    Presence presence = Presence::ok;
    std::vector<std::string> found = {};  ///< what stands at its name instead or, when it is ok, as it
    bool operator==(const Needed&) const = default;
};

/// What one blocklist said about one own address.
struct Listing {
    std::string list, address;
    std::vector<std::string> codes = {};  ///< the addresses it answered with; none: it does not list us
    bool answered = true;
    /// 127.255.255.x: the list refuses to say. Others than 127.0.0.0/8 come from somebody in between.
    static bool is_listing(std::string_view code);
    bool listed() const;
};

struct Report {
    OwnAddresses own;
    std::vector<Needed> records;
    std::vector<Listing> listings;
    std::vector<Finding> host;     ///< address and reverse records of this server
    std::vector<Finding> trust;    ///< what else is about HOSTNAME: SPF of the greeting, CAA, TLSA
    std::vector<Finding> zones;    ///< the name servers of the zones all this is in
    std::vector<Finding> domains;  ///< by domain
    std::vector<Finding> proofs;   ///< what was tried out
    /// Everything required is there. Warnings do not count, nor does what is ignored.
    bool green() const;
    std::vector<const Finding*> all() const;
    std::vector<Record> wanted() const;  ///< the records alone
    std::vector<std::vector<Finding>*> lists() { return {&host, &trust, &zones, &domains, &proofs}; }
};

/// The part of a report about the names in one domain, HOSTNAME among them when it is there.
Report only_domain(Report report, const base::Domain& domain);

/// Without recommendations: neither warnings and notes nor records one can do without.
Report only_required(Report report);

/// Runs every check. Each name server in charge is asked through `servers`, the rest of the DNS through `resolver`;
/// without `servers` all of it. Each question is asked once, most of them at the same time. `prover` tries what only a
/// connection proves; without one that is left out.
Report check(const Situation& situation, resolver::Resolver& resolver, resolver::Servers* servers = nullptr,
             const Prover& prover = {});

}  // namespace dnscheck
