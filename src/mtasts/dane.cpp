#include "mtasts/dane.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace mtasts {
namespace {

using resolver::Answer, resolver::Type;

/// As many as Postfix connects to at most (smtp_mx_address_limit).
constexpr std::size_t most_hosts = 5;

enum class Host { with, without, unknown };

Host judge(const Answer& records) {
    if (!records.answered()) return Host::unknown;
    return records.secure && std::ranges::any_of(records.values, is_usable) ? Host::with : Host::without;
}

/// RFC 7672 §2.2.2: an address that is not proven ends it; the name behind an alias counts before the alias.
Host host_with_dane(const std::string& host, resolver::Resolver& resolver) {
    if (host.empty()) return Host::without;  // RFC 7505: this domain takes no mail
    auto address = resolver.query(host, Type::A);
    if (address.answered() && address.addresses.empty()) address = resolver.query(host, Type::AAAA);
    if (!address.answered()) return Host::unknown;
    if (!address.secure) return Host::without;
    const auto& name = address.canonical_name.empty() ? host : address.canonical_name;
    const auto found = judge(resolver.query("_25._tcp." + name, Type::TLSA));
    if (found != Host::without || name == host) return found;
    return judge(resolver.query("_25._tcp." + host, Type::TLSA));
}

}  // namespace

bool is_usable(std::string_view record) {
    const auto fields = base::words(record);
    if (fields.size() != 4 || (fields[0] != "2" && fields[0] != "3") || (fields[1] != "0" && fields[1] != "1"))
        return false;
    if (fields[2] == "1") return fields[3].size() == 64;
    if (fields[2] == "2") return fields[3].size() == 128;
    return fields[2] == "0" && !fields[3].empty();
}

Dane dane_of(const base::Domain& domain, resolver::Resolver& resolver) {
    auto exchanges = resolver.query(domain.str(), Type::MX);
    if (!exchanges.answered()) return Dane::unknown;
    if (!exchanges.secure) return Dane::none;
    // RFC 5321 §5.1: without MX the domain is its own mail server.
    if (exchanges.exchanges.empty()) exchanges.exchanges.push_back({.preference = 0, .host = domain.str()});
    std::ranges::sort(exchanges.exchanges);
    bool with = false, without = false;
    for (std::size_t i = 0; i < std::min(exchanges.exchanges.size(), most_hosts); ++i) {
        const auto host = host_with_dane(exchanges.exchanges[i].host, resolver);
        if (host == Host::unknown) return Dane::unknown;
        (host == Host::with ? with : without) = true;
    }
    if (!with) return Dane::none;
    return without ? Dane::some : Dane::all;
}

}  // namespace mtasts
