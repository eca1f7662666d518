#include "dnscheck/report.h"

#include <algorithm>
#include <format>

#include "base/text.h"

namespace dnscheck {
namespace {

constexpr std::string_view indentation = "     ";

std::string_view mark(const Finding& finding) {
    if (finding.ignored && finding.severity != Severity::ok) return "🔕";
    switch (finding.severity) {
        case Severity::ok:
            return "✅";
        case Severity::note:
            return "ℹ️";
        case Severity::warning:
            return "⚠️";
        case Severity::error:
        case Severity::unknown:
            return "❌";
    }
    return "";
}

/// Every line indented; the first with its mark, the others below its text.
std::string finding_lines(const Finding& finding) {
    std::string text;
    for (const auto line : base::split(finding.text, '\n'))
        text += text.empty() ? std::format("{}{} {}\n", indentation, mark(finding), line)
                             : std::format("{}   {}\n", indentation, line);
    return text;
}

std::string_view kind(std::string_view record_id) {
    constexpr std::pair<std::string_view, std::string_view> kinds[] = {
        {"host.a", "DNS A entry"},
        {"host.aaaa", "DNS AAAA entry"},
        {"host.ptr.ipv4", "Reverse DNS PTR entry"},
        {"host.ptr.ipv6", "Reverse DNS PTR entry"},
        {"domain.mx", "DNS MX entry"},
        {"domain.spf", "DNS SPF entry"},
        {"domain.dkim", "DKIM entry"},
        {"domain.dmarc", "DMARC entry"},
        {"host.spf", "DNS SPF entry of HOSTNAME"},
        {"host.mx", "Null MX entry of HOSTNAME"},
        {"host.caa", "CAA entry"},
        {"host.tlsa", "TLSA entry"},
        {"domain.mta_sts", "MTA-STS entry"},
        {"domain.mta_sts.host", "MTA-STS host name"},
        {"domain.tls_report", "TLSRPT entry"},
        {"domain.dmarc.reports", "DMARC report authorisation"},
        {"domain.autoconfig", "autoconfig host name"},
        {"domain.autodiscover", "autodiscover host name"},
        {"domain.srv", "SRV entries"},
        {"domain.bimi", "BIMI entry"},
    };
    const auto* const found =
        std::ranges::find(kinds, record_id, &std::pair<std::string_view, std::string_view>::first);
    return found == std::end(kinds) ? "DNS entry" : found->second;
}

/// The records of all findings, each once, those of one kind together.
std::vector<Record> advised(const std::vector<const Finding*>& findings) {
    std::vector<Record> records;
    for (const auto* finding : findings)
        for (const auto& record : finding->records)
            if (!finding->ignored && !std::ranges::contains(records, record)) records.push_back(record);
    std::vector<Record> sorted;
    for (const auto& first : records)
        for (const auto& record : records)
            if (kind(record.id) == kind(first.id) && !std::ranges::contains(sorted, record)) sorted.push_back(record);
    return sorted;
}

std::string advice_text(const Report& report) {
    std::string text;
    std::string_view last;
    for (const auto& record : advised(report.all())) {
        if (kind(record.id) != last) {
            last = kind(record.id);
            text += std::format("\n++++++ {} test failed.\n{}{}\n", last, indentation, record.why);
        }
        text +=
            std::format("{0}Zone file line:\n{1}\n{0}or in a form: type {2}, name '{3}', value:\n{4}\n", indentation,
                        zone_line(record), resolver::type_name(record.type), record.name, record.value);
    }
    return text;
}

json::Value record_json(const Record& record) {
    return json::object({{"id", record.id},
                         {"subject", record.subject},
                         {"name", record.name},
                         {"type", resolver::type_name(record.type)},
                         {"value", record.value},
                         {"ttl", record.ttl},
                         {"required", record.required},
                         {"why", record.why},
                         {"zone_line", zone_line(record)}});
}

json::Value records_json(const std::vector<Record>& records) {
    auto list = json::array();
    for (const auto& record : records) list.add(record_json(record));
    return list;
}

json::Value needed_json(const std::vector<Needed>& all) {
    auto list = json::array();
    for (const auto& needed : all) {
        auto value = record_json(needed.record);
        auto found = json::array();
        for (const auto& data : needed.found) found.add(base::printable(data, 4000));
        value.set("status", presence_name(needed.presence));
        value.set("found", std::move(found));
        list.add(std::move(value));
    }
    return list;
}

json::Value address_json(const std::optional<OwnAddress>& own) {
    if (!own) return nullptr;
    constexpr std::string_view sources[] = {"setting", "interface", "dns"};
    return json::object({{"address", own->address.str()}, {"source", sources[static_cast<std::size_t>(own->source)]}});
}

}  // namespace

std::string as_text(const Report& report) {
    const std::pair<std::string_view, const std::vector<Finding>*> sections[] = {
        {"checking mail server's PTR / A settings", &report.host},
        {"checking what proves the mail server", &report.trust},
        {"checking the name servers", &report.zones},
        {"checking mail domains settings", &report.domains},
        {"trying it out", &report.proofs},
    };
    std::string text;
    for (const auto& [title, findings] : sections) {
        if (findings->empty()) continue;
        text += std::format("{}++++++ DNS sanity check: {}.\n", text.empty() ? "" : "\n", title);
        for (const auto& finding : *findings) text += finding_lines(finding);
    }
    text += advice_text(report);
    if (std::ranges::any_of(report.all(),
                            [](const Finding* finding) { return finding->severity == Severity::unknown; }))
        text += std::format(
            "\n++++++ Some records could not be looked up, so nothing is known about them.\n"
            "{0}Check the server's network and DNS (DNS_FORWARDERS in settings.env), then run this again.\n",
            indentation);
    return text;
}

std::string for_forms(std::span<const Record> records) {
    std::string text;
    for (const auto& record : records) {
        const bool inside = record.name.ends_with("." + record.subject);
        const auto relative = inside ? record.name.substr(0, record.name.size() - record.subject.size() - 1) : "@";
        text += std::format("{}Name:  {}\n", text.empty() ? "" : "\n", record.name);
        if (inside || record.name == record.subject)
            text += std::format("       (in a form for the zone {}: {})\n", record.subject, relative);
        text += std::format("Type:  {}\nValue: {}\n", resolver::type_name(record.type), record.value);
    }
    return text;
}

json::Value as_json(const Report& report) {
    auto findings = json::array();
    for (const auto* finding : report.all())
        findings.add(json::object({{"id", finding->id},
                                   {"subject", finding->subject},
                                   {"severity", severity_name(finding->severity)},
                                   {"cause", finding->cause},
                                   {"ignored", finding->ignored},
                                   {"text", finding->text},
                                   {"records", records_json(finding->records)}}));
    return json::object(
        {{"green", report.green()},
         {"addresses", json::object({{"ipv4", address_json(report.own.v4)}, {"ipv6", address_json(report.own.v6)}})},
         {"findings", std::move(findings)},
         {"records", needed_json(report.records)}});
}

}  // namespace dnscheck
