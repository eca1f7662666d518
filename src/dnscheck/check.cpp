#include "dnscheck/check.h"

#include <algorithm>
#include <format>

#include "base/text.h"
#include "dnscheck/causes.h"
#include "dnscheck/checks.h"
#include "dnscheck/presence.h"
#include "dnscheck/proof_checks.h"
#include "dnscheck/zone_checks.h"
#include "resolver/memo.h"

namespace dnscheck {
namespace {

using resolver::Answer;
using resolver::Question;
using resolver::Type;

std::vector<std::string> names_in_charge_of(const settings::Settings& settings) {
    std::vector<std::string> names{settings.hostname.str()};
    for (const auto& domain : settings.domains()) names.push_back(domain.str());
    return names;
}

/// What is asked in any case, so that it is asked at the same time.
std::vector<Question> first_questions(const Situation& situation) {
    const auto& settings = situation.settings;
    std::vector<Question> questions = {{settings.hostname.str(), Type::A}, {settings.hostname.str(), Type::AAAA}};
    for (const auto& domain : settings.domains()) {
        questions.push_back({domain.str(), Type::MX});
        questions.push_back({domain.str(), Type::TXT});
        questions.push_back({"_dmarc." + domain.str(), Type::TXT});
    }
    const auto known = own_addresses(settings, situation.interfaces, {});
    for (const auto& own : {known.v4, known.v6})
        if (own) questions.push_back({own->address.reverse_name(), Type::PTR});
    return questions;
}

/// The names the records are at, whatever stands there. A CNAME shows in the answer to any question.
std::vector<Question> questions_about(const std::vector<Record>& records) {
    std::vector<Question> questions;
    for (const auto& record : records) {
        if (record.type != Type::CNAME) {
            questions.push_back({base::lower(record.name), record.type});
            continue;
        }
        for (const auto type : {Type::A, Type::AAAA}) questions.push_back({record.name, type});
    }
    return questions;
}

/// What is asked to tell why something is missing, for all records at the same time.
std::vector<Question> questions_about_causes(const std::vector<Record>& records, resolver::Resolver& asker) {
    std::vector<Question> questions;
    for (const auto& record : records)
        if (record.type != Type::CNAME)
            std::ranges::move(cause_questions(record, asker.query(record.name, record.type)),
                              std::back_inserter(questions));
    return questions;
}

/// Whether DNSSEC proves the host's records. The records advised depend on it.
bool is_signed(const Answer& v4, const Answer& v6) {
    return v4.answered() && v4.secure && v6.secure;
}

bool is_ignored(const Finding& finding, const std::vector<std::string>& ids) {
    return std::ranges::any_of(
        ids, [&](const std::string& id) { return id == finding.id || id == finding.id + "@" + finding.subject; });
}

/// Marks what the operator ignores.
void tidy(Report& report, const std::vector<std::string>& ignored) {
    for (auto* list : report.lists()) {
        // A dead server is told once for each record that is required; that is enough.
        std::erase_if(*list, [](const Finding& finding) {
            return finding.severity == Severity::note && finding.cause == "unanswered";
        });
        for (auto& finding : *list) finding.ignored = is_ignored(finding, ignored);
    }
}

}  // namespace

std::string_view severity_name(Severity severity) {
    switch (severity) {
        case Severity::ok:
            return "ok";
        case Severity::note:
            return "note";
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
    return std::ranges::none_of(all(), [](const Finding* finding) {
        return !finding->ignored && (finding->severity == Severity::error || finding->severity == Severity::unknown);
    });
}

std::vector<const Finding*> Report::all() const {
    std::vector<const Finding*> findings;
    for (const auto* list : {&host, &trust, &zones, &domains, &proofs})
        for (const auto& finding : *list) findings.push_back(&finding);
    return findings;
}

std::vector<Record> Report::wanted() const {
    std::vector<Record> all;
    for (const auto& needed : records) all.push_back(needed.record);
    return all;
}

Report only_domain(Report report, const base::Domain& domain) {
    const auto outside = [&](const std::string& name) {
        return name != domain.str() && !name.ends_with("." + domain.str());
    };
    for (auto* list : report.lists())
        std::erase_if(*list, [&](const Finding& finding) { return outside(finding.subject); });
    std::erase_if(report.records, [&](const Needed& needed) { return outside(needed.record.subject); });
    return report;
}

Report only_required(Report report) {
    for (auto* list : report.lists())
        std::erase_if(*list, [](const Finding& finding) {
            return finding.severity == Severity::warning || finding.severity == Severity::note;
        });
    std::erase_if(report.records, [](const Needed& needed) { return !needed.record.required; });
    return report;
}

Report check(const Situation& situation, resolver::Resolver& resolver, resolver::Servers* servers,
             const Prover& prover) {
    resolver::Memo viewed(resolver);
    std::optional<resolver::Authority> authority;
    bool direct = false;
    if (servers) direct = authority.emplace(viewed, *servers).find(names_in_charge_of(situation.settings));
    resolver::Memo asker(authority ? static_cast<resolver::Resolver&>(*authority) : viewed);
    asker.query(first_questions(situation));

    const auto& name = situation.settings.hostname.str();
    const auto v4 = asker.query(name, Type::A), v6 = asker.query(name, Type::AAAA);
    auto resolved = v4.addresses;
    std::ranges::copy(v6.addresses, std::back_inserter(resolved));

    Report report{.own = own_addresses(situation.settings, situation.interfaces, resolved)};
    Known known = situation.known;
    known.hostname_signed = is_signed(viewed.query(name, Type::A), viewed.query(name, Type::AAAA));
    const auto records = required_records(situation.settings, known, report.own);
    asker.query(questions_about(records));
    asker.query(questions_about_causes(records, asker));

    const Context context{situation, known, report.own, records, asker};
    report.host = check_host_records(context);
    report.trust = check_trust_records(context);
    if (authority) {
        viewed.query(questions_about(records));
        report.zones = check_zones({records, *authority, asker, viewed, direct, situation.settings.dns_validation});
    }
    for (const auto& domain : situation.settings.domains())
        std::ranges::move(check_domain_records(context, domain), std::back_inserter(report.domains));
    if (prover) {
        report.listings = ask_blocklists(context);
        report.proofs = check_proofs(context, prover);
        std::ranges::move(blocklist_findings(report.listings), std::back_inserter(report.proofs));
    }
    for (const auto& record : records) report.records.push_back(standing(record, asker, report.all()));
    tidy(report, situation.settings.dns_check_ignore);
    return report;
}

std::optional<Record> Context::record(std::string_view id, std::string_view subject) const {
    const auto found = std::ranges::find_if(
        records, [&](const Record& record) { return record.id == id && record.subject == subject; });
    return found == records.end() ? std::nullopt : std::optional(*found);
}

Finding lookup_failed(std::string id, std::string subject, std::string_view prefix, std::string_view name,
                      resolver::Type type, const resolver::Answer& answer, bool required) {
    const bool bogus = answer.status == resolver::Status::bogus;
    auto text = std::format("{}{}: cannot look up the {} record of '{}': {}{}.", prefix, required ? "ERROR" : "NOTE",
                            resolver::type_name(type), base::printable(name, 253),
                            bogus ? "DNSSEC validation failed: " : "", base::printable(answer.reason));
    if (bogus) text += "\nMany mail servers cannot see it either: check the DNSSEC records at the zone's provider.";
    return {std::move(id),
            std::move(subject),
            required ? Severity::unknown : Severity::note,
            std::move(text),
            {},
            bogus ? "bogus" : "unanswered"};
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
