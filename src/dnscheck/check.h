#pragma once
/// Compares what the DNS says with what this server needs. The checks are functions of a Situation and a Resolver; they
/// open no file and print nothing. "Cannot be looked up" is a finding of its own and never becomes advice to add a
/// record that may well exist.
#include <string>
#include <string_view>
#include <vector>

#include "base/ip.h"
#include "dnscheck/addresses.h"
#include "dnscheck/records.h"
#include "resolver/resolver.h"
#include "settings/settings.h"

namespace dnscheck {

enum class Severity {
    ok,
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
    bool operator==(const Finding&) const = default;
};

/// What the checks need to know beside the DNS.
struct Situation {
    const settings::Settings& settings;
    DkimValues dkim;
    std::vector<base::IpAddress> interfaces;  ///< of the host, see parse_host_addresses()
};

struct Report {
    OwnAddresses own;
    std::vector<Record> records;   ///< all that are needed, present or not
    std::vector<Finding> host;     ///< address and reverse records of this server
    std::vector<Finding> domains;  ///< by domain
    /// Everything required is there. Warnings do not count.
    bool green() const;
};

/// Runs every check. Asks each question once; most of them at the same time.
Report check(const Situation& situation, resolver::Resolver& resolver);

}  // namespace dnscheck
