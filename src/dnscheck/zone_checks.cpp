#include "dnscheck/zone_checks.h"

#include <algorithm>
#include <format>
#include <set>

#include "base/text.h"

namespace dnscheck {
namespace {

using resolver::Answer;
using resolver::NameServer;
using resolver::Question;
using resolver::Said;
using resolver::ServerState;
using resolver::Status;
using resolver::Type;
using resolver::Zone;

std::string called(const Zone& zone) {
    return zone.apex == "." ? "the root zone" : "'" + zone.apex + "'";
}

Finding finding(std::string id, const Zone& zone, Severity severity, std::string text, std::string cause = {}) {
    const auto word = severity == Severity::error ? "ERROR: " : severity == Severity::warning ? "WARNING: " : "";
    return {std::move(id), zone.apex, severity, word + std::move(text), {}, std::move(cause)};
}

/// "'ns1.example.org' (192.0.2.1): it answered REFUSED".
std::string listing(const Zone& zone, ServerState state) {
    std::string text;
    for (const auto& server : zone.servers)
        if (server.state == state)
            text += std::format("\n'{}' ({}): {}", base::printable(server.host, 300), server.address.str(),
                                state == ServerState::silent ? "no answer" : base::printable(server.reason));
    return text;
}

void check_servers(const Zone& zone, std::vector<Finding>& findings) {
    const auto lame = listing(zone, ServerState::lame), silent = listing(zone, ServerState::silent);
    if (!zone.is_served()) {
        findings.push_back(finding("zone.servers", zone, Severity::error,
                                   std::format("no name server of {} answers for it, so nobody can write to you.{}{}",
                                               called(zone), lame, silent),
                                   lame.empty() ? "unreachable" : "lame"));
        return;
    }
    if (!lame.empty())
        findings.push_back(finding("zone.lame", zone, Severity::warning,
                                   std::format("name servers that {} is delegated to know nothing about it (lame "
                                               "delegation): set the zone up there, or remove them at the registrar.{}",
                                               called(zone), lame),
                                   "lame"));
    if (!silent.empty())
        findings.push_back(finding("zone.unreachable", zone, Severity::warning,
                                   std::format("name servers of {} do not answer.{}", called(zone), silent),
                                   "unreachable"));
    if (!zone.own.empty() && zone.own != zone.delegated)
        findings.push_back(finding("zone.delegation", zone, Severity::warning,
                                   std::format("{} is delegated to {}, but names {} itself.", called(zone),
                                               quoted_list(zone.delegated), quoted_list(zone.own)),
                                   "differs"));
    if (lame.empty() && silent.empty())
        findings.push_back(
            finding("zone.servers", zone, Severity::ok, std::format("All name servers of {} answer.", called(zone))));
}

bool same(const Answer& one, const Answer& other) {
    return data_of(one) == data_of(other) && one.canonical_name == other.canonical_name;
}

/// The records whose servers do not agree, and which servers have the old ones.
struct Disagreement {
    std::set<std::string> records, hosts;
    bool matters = false;  ///< a required record is among them
    bool by_serial = true;
};

void compare(const Record& record, const std::vector<Said>& said, const Answer& newest, Disagreement& found) {
    for (const auto& one : said) {
        if (same(one.answer, newest)) continue;
        found.records.insert(std::format("{} {}", resolver::type_name(record.type), record.name));
        found.hosts.insert(std::format("{} (serial {})", one.host, one.serial));
        found.matters |= record.required;
        found.by_serial &= std::ranges::any_of(said, [&](const Said& other) { return other.serial != one.serial; });
    }
}

void check_agreement(const ZoneContext& context, const Zone& zone, std::vector<Finding>& findings) {
    Disagreement found;
    for (const auto& record : context.records)
        if (zone.has(record.name))
            compare(record, context.authority.said({record.name, record.type}),
                    context.asker.query(record.name, record.type), found);
    if (found.records.empty()) return;
    findings.push_back(finding("zone.stale", zone, found.matters ? Severity::error : Severity::warning,
                               std::format("the name servers of {} do not agree about {}.\n{}: {}.", called(zone),
                                           quoted_list({found.records.begin(), found.records.end()}),
                                           found.by_serial ? "An older zone is at"
                                                           : "With the same serial number, others than the first is at",
                                           quoted_list({found.hosts.begin(), found.hosts.end()})),
                               found.by_serial ? "stale" : "differs"));
}

void check_proof(const ZoneContext& context, const Zone& zone, std::vector<Finding>& findings) {
    const auto answer = context.viewed.query(zone.apex, Type::SOA);
    if (answer.status == Status::bogus)
        findings.push_back(
            finding("zone.dnssec", zone, Severity::error,
                    std::format("DNSSEC validation of {} fails: {}.\nMany cannot see any of its records: "
                                "check the DS record and the signatures.",
                                called(zone), base::printable(answer.reason)),
                    "bogus"));
    else if (answer.answered())
        findings.push_back(
            answer.secure
                ? finding("zone.dnssec", zone, Severity::ok, std::format("{} is signed (DNSSEC).", called(zone)))
                : finding("zone.dnssec", zone, Severity::note,
                          std::format("{} is not signed (DNSSEC), so TLSA records would not count.", called(zone)),
                          "insecure"));
}

std::string shown(const Answer& answer) {
    const auto data = data_of(answer);
    return data.empty() ? "nothing" : quoted_list(data);
}

/// What mail programs and this server itself see through their resolver.
void check_view(const ZoneContext& context, const Zone& zone, std::vector<Finding>& findings) {
    std::vector<std::string> differing;
    std::string example;
    for (const auto& record : context.records) {
        const auto said = context.authority.said({record.name, record.type});
        const auto name = std::format("{} {}", resolver::type_name(record.type), record.name);
        if (!zone.has(record.name) || said.empty()) continue;
        const auto viewed = context.viewed.query(record.name, record.type);
        const auto actual = context.asker.query(record.name, record.type);
        if (!viewed.answered() || data_of(viewed) == data_of(actual) ||
            std::ranges::any_of(said, [&](const Said& one) { return data_of(one.answer) == data_of(viewed); }))
            continue;
        if (differing.empty())
            example = std::format("{} is {} there, and {} for the resolver", name, shown(actual), shown(viewed));
        differing.push_back(name);
    }
    if (differing.empty()) return;
    findings.push_back(
        finding("zone.view", zone, Severity::warning,
                std::format("the resolver this server asks answers otherwise than the name servers of {}, "
                            "about {}.\n{}.\nThat passes when it has forgotten old answers (after their "
                            "TTL); otherwise it has a zone of its own (split DNS).",
                            called(zone), quoted_list(differing), example),
                "split"));
}

}  // namespace

std::vector<Finding> check_zones(const ZoneContext& context) {
    std::vector<Finding> findings;
    if (!context.direct)
        findings.push_back({"zone.direct",
                            "port 53",
                            Severity::note,
                            "No name server can be asked directly from here (is port 53 closed for this machine?).\n"
                            "What follows is what the resolver says; it may remember old answers for a while.",
                            {},
                            "unreachable"});
    for (const auto& zone : context.authority.zones()) {
        check_servers(zone, findings);
        if (context.validates) check_proof(context, zone, findings);
        if (!zone.is_served()) continue;
        check_agreement(context, zone, findings);
        check_view(context, zone, findings);
    }
    return findings;
}

}  // namespace dnscheck
