#include "dnscheck/check.h"

#include <algorithm>
#include <format>

#include "base/text.h"
#include "dnscheck/checks.h"
#include "resolver/memo.h"

namespace dnscheck {
namespace {

using resolver::Question;
using resolver::Type;

/// What is asked in any case, so that it is asked at the same time.
std::vector<Question> first_questions(const Situation& situation) {
    const auto& settings = situation.settings;
    std::vector<Question> questions = {{settings.hostname.str(), Type::A}, {settings.hostname.str(), Type::AAAA}};
    for (const auto& domain : settings.domains()) {
        questions.push_back({domain.str(), Type::MX});
        questions.push_back({domain.str(), Type::TXT});
        questions.push_back({"_dmarc." + domain.str(), Type::TXT});
        questions.push_back({base::lower(dkim_name(settings, domain)), Type::TXT});
    }
    const auto known = own_addresses(settings, situation.interfaces, {});
    for (const auto& own : {known.v4, known.v6})
        if (own) questions.push_back({own->address.reverse_name(), Type::PTR});
    return questions;
}

}  // namespace

std::string_view severity_name(Severity severity) {
    switch (severity) {
        case Severity::ok:
            return "ok";
        case Severity::warning:
            return "warning";
        case Severity::error:
            return "error";
        case Severity::unknown:
            return "unknown";
    }
    return "";
}

bool Report::green() const {
    const auto good = [](const Finding& finding) {
        return finding.severity == Severity::ok || finding.severity == Severity::warning;
    };
    return std::ranges::all_of(host, good) && std::ranges::all_of(domains, good);
}

Report check(const Situation& situation, resolver::Resolver& resolver) {
    resolver::Memo asker(resolver);
    asker.query(first_questions(situation));

    const auto& name = situation.settings.hostname.str();
    auto resolved = asker.query(name, Type::A).addresses;
    std::ranges::copy(asker.query(name, Type::AAAA).addresses, std::back_inserter(resolved));

    Report report{.own = own_addresses(situation.settings, situation.interfaces, resolved)};
    report.records = required_records(situation.settings, situation.dkim, report.own);
    const Context context{situation, report.own, report.records, asker};
    report.host = check_host_records(context);
    for (const auto& domain : situation.settings.domains())
        std::ranges::move(check_domain_records(context, domain), std::back_inserter(report.domains));
    return report;
}

std::optional<Record> Context::record(std::string_view id, std::string_view subject) const {
    const auto found = std::ranges::find_if(
        records, [&](const Record& record) { return record.id == id && record.subject == subject; });
    return found == records.end() ? std::nullopt : std::optional(*found);
}

Finding lookup_failed(std::string id, std::string subject, std::string_view prefix, std::string_view name,
                      resolver::Type type, const resolver::Answer& answer) {
    const bool bogus = answer.status == resolver::Status::bogus;
    auto text = std::format("{}ERROR: cannot look up the {} record of '{}': {}{}.", prefix, resolver::type_name(type),
                            base::printable(name, 253), bogus ? "DNSSEC validation failed: " : "",
                            base::printable(answer.reason));
    if (bogus) text += "\nMany mail servers cannot see it either: check the DNSSEC records at the zone's provider.";
    return {std::move(id), std::move(subject), Severity::unknown, std::move(text)};
}

std::string quoted_list(const std::vector<std::string>& names) {
    constexpr std::size_t shown = 5;
    std::vector<std::string> quoted;
    for (const auto& name : names)
        if (quoted.size() < shown) quoted.push_back("'" + base::printable(name, 300) + "'");
    if (names.size() > shown) quoted.push_back(std::format("and {} more", names.size() - shown));
    return base::join(quoted, ", ");
}

}  // namespace dnscheck
