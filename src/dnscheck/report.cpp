#include "dnscheck/report.h"

#include <algorithm>
#include <format>

#include "base/text.h"

namespace dnscheck {
namespace {

constexpr std::string_view indentation = "     ";

std::string_view mark(Severity severity) {
    switch (severity) {
        case Severity::ok:
            return "✅";
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
        text += text.empty() ? std::format("{}{} {}\n", indentation, mark(finding.severity), line)
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
    };
    const auto* const found =
        std::ranges::find(kinds, record_id, &std::pair<std::string_view, std::string_view>::first);
    return found == std::end(kinds) ? "DNS entry" : found->second;
}

using Findings = std::vector<const Finding*>;

Findings all_findings(const Report& report) {
    Findings all;
    for (const auto* list : {&report.host, &report.domains})
        for (const auto& finding : *list) all.push_back(&finding);
    return all;
}

/// The records of all findings, each once, those of one kind together.
std::vector<Record> advised(const Report& report) {
    std::vector<Record> records;
    for (const auto* finding : all_findings(report))
        for (const auto& record : finding->records)
            if (!std::ranges::contains(records, record)) records.push_back(record);
    std::vector<Record> sorted;
    for (const auto& first : records)
        for (const auto& record : records)
            if (kind(record.id) == kind(first.id) && !std::ranges::contains(sorted, record)) sorted.push_back(record);
    return sorted;
}

std::string advice_text(const Report& report) {
    std::string text;
    std::string_view last;
    for (const auto& record : advised(report)) {
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

json::Value address_json(const std::optional<OwnAddress>& own) {
    if (!own) return nullptr;
    constexpr std::string_view sources[] = {"setting", "interface", "dns"};
    return json::object({{"address", own->address.str()}, {"source", sources[static_cast<std::size_t>(own->source)]}});
}

}  // namespace

std::string as_text(const Report& report) {
    std::string text = "++++++ DNS sanity check: checking mail server's PTR / A settings.\n";
    for (const auto& finding : report.host) text += finding_lines(finding);
    text += "\n++++++ DNS sanity check: checking mail domains settings.\n";
    for (const auto& finding : report.domains) text += finding_lines(finding);
    text += advice_text(report);
    if (std::ranges::any_of(all_findings(report),
                            [](const Finding* finding) { return finding->severity == Severity::unknown; }))
        text += std::format(
            "\n++++++ Some records could not be looked up, so nothing is known about them.\n"
            "{0}Check the server's network and DNS (DNS_FORWARDERS in settings.env), then run this again.\n",
            indentation);
    return text;
}

json::Value as_json(const Report& report) {
    auto findings = json::array();
    for (const auto* finding : all_findings(report))
        findings.add(json::object({{"id", finding->id},
                                   {"subject", finding->subject},
                                   {"severity", severity_name(finding->severity)},
                                   {"text", finding->text},
                                   {"records", records_json(finding->records)}}));
    return json::object(
        {{"green", report.green()},
         {"addresses", json::object({{"ipv4", address_json(report.own.v4)}, {"ipv6", address_json(report.own.v6)}})},
         {"findings", std::move(findings)},
         {"records", records_json(report.records)}});
}

}  // namespace dnscheck
