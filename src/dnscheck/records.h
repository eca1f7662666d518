#pragma once
/// The DNS records this server needs: one table, from which both the checks and the advice come. To add a record, add
/// a row in records.cpp (and its check in host_checks.cpp or domain_checks.cpp). Pure.
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.h"
#include "dkim/keys.h"
#include "dnscheck/addresses.h"
#include "resolver/resolver.h"
#include "settings/settings.h"

namespace dnscheck {

/// The signing keys of each domain; a domain without any is missing.
using DkimKeys = std::map<base::Domain, std::vector<dkim::PublicKey>>;

/// What the records rest on beside the settings.
struct Known {
    DkimKeys dkim;
    std::vector<std::string> tls_keys = {};  ///< SHA-256 (hexadecimal) of the public keys port 25 has now and will have
                                             ///< next; empty when they may change at any renewal
    bool hostname_signed = false;            ///< DNSSEC proves HOSTNAME's records
    std::string acme_account = {};           ///< URL of the account at the CA; may be empty
    std::string mta_sts = {};                ///< text of the record _mta-sts.<domain>; empty: there is no policy
    std::string mta_sts_policy = {};         ///< the policy itself, as it is served
    std::string logo_url = {};               ///< of the BIMI record; empty: there is no logo
    bool serves_autoconfig = false;          ///< this server answers on autoconfig.<domain>
};

struct Record {
    std::string id;       ///< stable: "host.a", "domain.mx", …
    std::string subject;  ///< the domain, host or address it is for
    std::string name;     ///< without final dot
    resolver::Type type = resolver::Type::A;
    std::string value;  ///< plain: "192.0.2.1", "10 mail.example.org", "0 1 993 mail.example.org", the text of a TXT
    std::string why;
    bool required = true;  ///< false: recommended
    unsigned ttl = 3600;   ///< seconds
    bool operator==(const Record&) const = default;
};

/// Every record for the host and each domain, host first. What needs an address or a key we do not know is left out.
std::vector<Record> required_records(const settings::Settings& settings, const Known& known, const OwnAddresses& own);

/// The TLSA record of port 25 (RFC 7672 §3.1.1) for the key with this SHA-256.
Record tlsa_record(const base::Hostname& host, std::string_view key);

/// The name the CA has in CAA records (RFC 8659 §4.2); empty when we do not know it.
std::string caa_issuer(const settings::Settings& settings);

/// The record as one line of a zone file (RFC 1035 §5.1): names complete with final dot, a TXT value quoted and split
/// into strings of at most 255 octets.
std::string zone_line(const Record& record);

/// All of them as text a name server loads; the reverse names, which are in other zones, as comments.
std::string zone_text(std::span<const Record> records);

}  // namespace dnscheck
