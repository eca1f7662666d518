#pragma once
/// The single checks behind check(): one for the host, one for each domain. Internal to this folder.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.h"
#include "dnscheck/check.h"
#include "resolver/resolver.h"

namespace dnscheck {

/// What every check may look at. `asker` remembers answers.
struct Context {
    const Situation& situation;
    const Known& known;
    const OwnAddresses& own;
    const std::vector<Record>& records;
    resolver::Resolver& asker;

    const std::string& hostname() const { return situation.settings.hostname.str(); }
    /// The first needed record with this id and subject; nothing when it is left out.
    std::optional<Record> record(std::string_view id, std::string_view subject) const;
};

std::vector<Finding> check_host_records(const Context& context);
std::vector<Finding> check_trust_records(const Context& context);
std::vector<Finding> check_domain_records(const Context& context, const base::Domain& domain);

/// Parts of check_domain_records(): TXT records beside SPF, DKIM and DMARC; SRV records; names that lead to HOSTNAME.
void check_texts(const Context& context, const base::Domain& domain, std::vector<Finding>& findings);
void check_services(const Context& context, const base::Domain& domain, std::vector<Finding>& findings);
void check_names(const Context& context, const base::Domain& domain, std::vector<Finding>& findings);

/// "cannot look up the MX record of 'x': no answer in time", as a finding; a note when the record is not required.
Finding lookup_failed(std::string id, std::string subject, std::string_view prefix, std::string_view name,
                      resolver::Type type, const resolver::Answer& answer, bool required = true);

/// "'a', 'b'"; foreign names made printable, the first few only.
std::string quoted_list(const std::vector<std::string>& names);

}  // namespace dnscheck
