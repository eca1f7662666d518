#include "app/figures/dns.h"

#include <algorithm>

#include "base/ip.h"
#include "base/text.h"

namespace app {
namespace {

using dnscheck::Presence;
using dnscheck::Snapshot;
using metrics::Series;

/// What stands in the DNS is foreign, and a label is kept for ever.
constexpr std::size_t longest = 500;

std::string short_text(const std::string& text) {
    return base::printable(text, longest);
}

bool is_about_host(const std::string& check) {
    return check == "A" || check == "AAAA" || check == "PTR";
}

struct RecordSeries {
    Series info, host_ok, a_ok, ptr_ok;
};

void add(RecordSeries& series, const Snapshot::Line& line) {
    series.info[{line.subject, line.check, line.host, line.type, line.expected, short_text(line.found),
                 std::string(dnscheck::presence_name(line.presence))}] = 1;
    if (!is_about_host(line.check) || line.presence == Presence::unknown) return;
    const double good = line.presence == Presence::ok ? 1 : 0;
    series.host_ok[{line.check, line.host, line.expected, short_text(line.found)}] = good;
    if (line.check == "A") series.a_ok[{line.host}] = good;
    if (const auto address = base::IpAddress::parse(line.subject); line.check == "PTR" && address && address->is_v4())
        series.ptr_ok[{address->str()}] = good;
}

void fill_checks(metrics::Registry& registry, const Snapshot& snapshot) {
    Series all, mx, spf, dkim, dmarc;
    for (const auto& check : snapshot.checks) {
        if (check.severity == dnscheck::Severity::unknown || !base::Domain::parse(check.subject)) continue;
        if (is_about_host(check.name)) continue;
        const double good = check.good() ? 1 : 0;
        all[{check.subject, check.name}] = good;
        if (check.name == "MX") mx[{check.subject}] = good;
        if (check.name == "SPF") spf[{check.subject}] = good;
        if (check.name == "DKIM") dkim[{check.subject}] = good;
        if (check.name == "DMARC") dmarc[{check.subject}] = good;
    }
    registry.replace("mailserver_dns_check_ok", std::move(all));
    registry.replace("dns_sanity_domain_mx_record", std::move(mx));
    registry.replace("dns_sanity_domain_spf_record", std::move(spf));
    registry.replace("dns_sanity_domain_dkim_record", std::move(dkim));
    registry.replace("dns_sanity_domain_dmarc_record", std::move(dmarc));
}

}  // namespace

void fill_dns_rows(metrics::Registry& registry, const Snapshot& snapshot) {
    fill_checks(registry, snapshot);
    RecordSeries records;
    for (const auto& line : snapshot.records) add(records, line);
    registry.replace("mailserver_dns_record_info", std::move(records.info));
    registry.replace("mailserver_dns_host_ok", std::move(records.host_ok));
    registry.replace("dns_sanity_server_a_record", std::move(records.a_ok));
    registry.replace("dns_sanity_server_ptr_record", std::move(records.ptr_ok));
    Series addresses, own_ipv4, lists;
    for (const auto& text : snapshot.addresses) {
        const auto address = base::IpAddress::parse(text);
        if (!address) continue;
        addresses[{text, address->is_v4() ? "ipv4" : "ipv6"}] = 1;
        if (address->is_v4()) own_ipv4[{text}] = 1;
    }
    for (const auto& list : snapshot.lists) {
        auto& listed = lists[{list.list}];
        listed = std::max(listed, list.listed ? 1.0 : 0.0);
    }
    registry.replace("mailserver_public_ip_info", std::move(addresses));
    registry.replace("dns_sanity_mailserver_ip", std::move(own_ipv4));
    registry.replace("mailserver_dnsbl_listed", std::move(lists));
    registry.set("mailserver_dns_last_check_timestamp_seconds",
                 static_cast<double>(snapshot.checked.time_since_epoch().count()));
}

}  // namespace app
