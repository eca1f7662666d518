#include "dnscheck/snapshot.h"

#include <algorithm>
#include <format>

#include "base/text.h"
#include "json/json.h"

namespace dnscheck {
namespace {

/// The first row that fits counts.
constexpr std::pair<std::string_view, std::string_view> names[] = {
    {"host.aaaa", "AAAA"},
    {"host.alias", "A"},
    {"host.a", "A"},
    {"host.ptr", "PTR"},
    {"host.spf", "SPF"},
    {"host.mx", "MX"},
    {"host.caa", "CAA"},
    {"host.tlsa", "DANE"},
    {"sending.aaaa", "AAAA"},
    {"sending.a", "A"},
    {"domain.mx", "MX"},
    {"domain.spf", "SPF"},
    {"domain.dkim", "DKIM"},
    {"domain.dmarc.reports", "DMARC reports"},
    {"domain.dmarc", "DMARC"},
    {"domain.mta_sts", "MTA-STS"},
    {"domain.tls_report", "TLSRPT"},
    {"domain.srv", "SRV"},
    {"domain.autoconfig", "autoconfig"},
    {"domain.autodiscover", "autodiscover"},
    {"domain.bimi", "BIMI"},
    {"zone.dnssec", "DNSSEC"},
    {"zone", "NS"},
    {"reach.smtp", "port 25"},
    {"reach.port25", "port 25 outwards"},
    {"reach.mta_sts", "MTA-STS"},
    {"reach.autoconfig", "autoconfig"},
    {"reach.bimi", "BIMI"},
    {"reach.blocklist", "blocklists"},
};

constexpr Severity severities[] = {Severity::ok, Severity::note, Severity::warning, Severity::error, Severity::unknown};
constexpr Presence presences[] = {Presence::ok, Presence::missing, Presence::differs, Presence::unknown};

/// The later in the list above, the worse; but not to know is better than to know the worst.
int badness(Severity severity) {
    switch (severity) {
        case Severity::ok:
            return 0;
        case Severity::note:
            return 1;
        case Severity::warning:
            return 2;
        case Severity::unknown:
            return 3;
        case Severity::error:
            return 4;
    }
    return 0;
}

void add(std::vector<Snapshot::Check>& checks, const Finding& finding) {
    const auto name = check_name(finding.id);
    // What is ignored is known, and does not count.
    const auto severity = finding.ignored && finding.severity != Severity::ok ? Severity::note : finding.severity;
    const auto known = std::ranges::find_if(
        checks, [&](const Snapshot::Check& check) { return check.subject == finding.subject && check.name == name; });
    if (known == checks.end())
        checks.push_back({finding.subject, std::string(name), severity});
    else if (badness(severity) > badness(known->severity))
        known->severity = severity;
}

template <typename T, std::size_t size>
T value_called(std::string_view name, const T (&all)[size], std::string_view (*name_of)(T), T otherwise) {
    const auto found = std::ranges::find_if(all, [&](T one) { return name_of(one) == name; });
    return found == std::end(all) ? otherwise : *found;
}

}  // namespace

std::string_view check_name(std::string_view id) {
    for (const auto& [begin, name] : names)
        if (id == begin || (id.starts_with(begin) && id[begin.size()] == '.')) return name;
    return id;
}

Snapshot snapshot(const Report& report, base::SystemTime now) {
    Snapshot all{.checked = now, .green = report.green()};
    for (const auto& own : {report.own.v4, report.own.v6})
        if (own) all.addresses.push_back(own->address.str());
    for (const auto* finding : report.all()) {
        add(all.checks, *finding);
        all.findings += !finding->ignored && badness(finding->severity) >= badness(Severity::warning) ? 1 : 0;
    }
    for (const auto& [record, presence, found] : report.records) {
        std::vector<std::string> shown;
        for (const auto& data : found) shown.push_back(base::printable(data, 1000));
        all.records.push_back({.subject = record.subject,
                               .check = std::string(check_name(record.id)),
                               .host = record.name,
                               .type = std::string(resolver::type_name(record.type)),
                               .expected = record.value,
                               .found = base::join(shown, ", "),
                               .required = record.required,
                               .presence = presence});
    }
    for (const auto& listing : report.listings)
        if (listing.answered) all.lists.push_back({listing.list, listing.address, listing.listed()});
    return all;
}

std::string to_text(const Snapshot& snapshot) {
    auto addresses = json::array(), checks = json::array(), records = json::array(), lists = json::array();
    for (const auto& address : snapshot.addresses) addresses.add(address);
    for (const auto& check : snapshot.checks)
        checks.add(json::object(
            {{"subject", check.subject}, {"name", check.name}, {"severity", severity_name(check.severity)}}));
    for (const auto& line : snapshot.records)
        records.add(json::object({{"subject", line.subject},
                                  {"check", line.check},
                                  {"host", line.host},
                                  {"type", line.type},
                                  {"expected", line.expected},
                                  {"found", line.found},
                                  {"required", line.required},
                                  {"status", presence_name(line.presence)}}));
    for (const auto& list : snapshot.lists)
        lists.add(json::object({{"list", list.list}, {"address", list.address}, {"listed", list.listed}}));
    return json::dump(json::object({{"checked", static_cast<long long>(snapshot.checked.time_since_epoch().count())},
                                    {"green", snapshot.green},
                                    {"findings", snapshot.findings},
                                    {"addresses", std::move(addresses)},
                                    {"checks", std::move(checks)},
                                    {"records", std::move(records)},
                                    {"lists", std::move(lists)}}),
                      2) +
           "\n";
}

base::Result<Snapshot> parse_snapshot(std::string_view text) {
    const auto value = json::parse(text);
    if (!value) return std::unexpected(value.error());
    if (!value->is_object() || !value->has("checks")) return base::fail("this is no outcome of a DNS check");
    constexpr std::int64_t furthest = 253'402'300'799;  // the end of the year 9999
    const auto checked = std::clamp<std::int64_t>((*value)["checked"].number(), 0, furthest);
    Snapshot all{.checked = base::SystemTime(std::chrono::seconds(checked)),
                 .green = (*value)["green"].boolean(),
                 .findings = static_cast<int>(std::clamp<std::int64_t>((*value)["findings"].number(), 0, 1'000'000))};
    for (const auto& address : (*value)["addresses"].items()) all.addresses.push_back(address.text());
    for (const auto& check : (*value)["checks"].items())
        all.checks.push_back({check["subject"].text(), check["name"].text(),
                              value_called(check["severity"].text(), severities, severity_name, Severity::unknown)});
    for (const auto& line : (*value)["records"].items())
        all.records.push_back(
            {.subject = line["subject"].text(),
             .check = line["check"].text(),
             .host = line["host"].text(),
             .type = line["type"].text(),
             .expected = line["expected"].text(),
             .found = line["found"].text(),
             .required = line["required"].boolean(),
             .presence = value_called(line["status"].text(), presences, presence_name, Presence::unknown)});
    for (const auto& list : (*value)["lists"].items())
        all.lists.push_back({list["list"].text(), list["address"].text(), list["listed"].boolean()});
    return all;
}

std::string summary(const Snapshot& snapshot) {
    const auto count = snapshot.findings;
    return std::format(
        "{}{}, checked {:%F %R} UTC",
        snapshot.green ? "all that is required is there" : "not all that is required is there",
        count == 0 ? std::string() : std::format(" ({} finding{}, see ./dns_check.sh)", count, count == 1 ? "" : "s"),
        snapshot.checked);
}

}  // namespace dnscheck
