#pragma once
/// The DNS records this server needs: one table, from which both the checks and the advice come. To add a record, add
/// a row in records.cpp (and its check in host_checks.cpp or domain_checks.cpp). Pure.
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.h"
#include "dnscheck/addresses.h"
#include "resolver/resolver.h"
#include "settings/settings.h"

namespace dnscheck {

/// The TXT value of each domain's DKIM key; a domain without a key is missing.
using DkimValues = std::map<base::Domain, std::string>;

struct Record {
    std::string id;       ///< stable: "host.a", "domain.mx", …
    std::string subject;  ///< the domain, host or address it is for
    std::string name;     ///< without final dot
    resolver::Type type = resolver::Type::A;
    std::string value;  ///< plain: "192.0.2.1", "10 mail.example.org", the text of a TXT
    std::string why;
    bool required = true;  ///< false: recommended
    unsigned ttl = 3600;   ///< seconds
    bool operator==(const Record&) const = default;
};

/// Every record for the host and each domain, host first. What needs an address or a key we do not know is left out.
std::vector<Record> required_records(const settings::Settings& settings, const DkimValues& dkim,
                                     const OwnAddresses& own);

/// The name of a domain's DKIM record: "<selector>._domainkey.<domain>" (RFC 6376 §3.6.2.1).
std::string dkim_name(const settings::Settings& settings, const base::Domain& domain);

/// The record as one line of a zone file (RFC 1035 §5.1): names complete with final dot, a TXT value quoted and split
/// into strings of at most 255 octets.
std::string zone_line(const Record& record);

}  // namespace dnscheck
