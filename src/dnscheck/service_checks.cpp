#include <algorithm>
#include <format>

#include "base/text.h"
#include "dnscheck/causes.h"
#include "dnscheck/checks.h"

namespace dnscheck {
namespace {

using resolver::Answer;
using resolver::Type;

/// "993 mail.example.org" of "0 1 993 mail.example.org": priority and weight are the operator's choice. For a service
/// that is off the port says nothing.
std::string endpoint(std::string_view value) {
    const auto words = base::words(value);
    if (words.size() != 4) return {};
    return words[3] == "." ? "." : std::format("{} {}", words[2], words[3]);
}

std::vector<std::string> endpoints(const std::vector<std::string>& values) {
    std::vector<std::string> all;
    for (const auto& value : values) all.push_back(endpoint(value));
    return all;
}

/// True when the name leads to this server and nowhere else.
bool leads_here(const Context& context, const Answer& v4, const Answer& v6) {
    if (v4.canonical_name == context.hostname()) return true;
    std::vector<base::IpAddress> all = v4.addresses;
    all.insert(all.end(), v6.addresses.begin(), v6.addresses.end());
    return !all.empty() && std::ranges::all_of(all, [&](const base::IpAddress& address) {
        return std::ranges::contains(context.situation.interfaces, address) ||
               (context.own.v4 && context.own.v4->address == address) ||
               (context.own.v6 && context.own.v6->address == address);
    });
}

struct NameCheck {
    std::string_view id;
    std::string_view loss;  ///< what does not work without it
};

constexpr NameCheck name_checks[] = {
    {"domain.mta_sts.host", "Other mail servers cannot fetch the policy."},
    {"domain.autoconfig", "Mail programs that look there ask the user instead."},
    {"domain.autodiscover", "Mail programs that look there ask the user instead."},
};

}  // namespace

void check_services(const Context& context, const base::Domain& domain, std::vector<Finding>& findings) {
    std::vector<Record> missing;
    std::string details, cause;
    for (const auto& record : context.records) {
        if (record.id != "domain.srv" || record.subject != domain.str()) continue;
        const auto answer = context.asker.query(record.name, Type::SRV);
        if (!answer.answered()) {
            findings.push_back(
                lookup_failed("domain.srv", domain.str(), domain.str() + ": ", record.name, Type::SRV, answer, false));
            return;
        }
        const auto published = endpoints(answer.values);
        if (published == std::vector{endpoint(record.value)}) continue;
        // A service that is off and not announced: nobody is misled.
        if (record.value.ends_with(" .") && answer.values.empty()) continue;
        const auto why = cause_of(context, record, answer);
        details +=
            "\n" + (why.word == "wrong" ? std::format("At '{}' stands: {}.", record.name, quoted_list(answer.values))
                                        : why.text);
        if (cause.empty() || cause == "missing") cause = why.word;
        missing.push_back(record);
    }
    if (missing.empty())
        findings.push_back({"domain.srv", domain.str(), Severity::ok, domain.str() + " has valid SRV entries."});
    else
        findings.push_back(
            {"domain.srv", domain.str(), Severity::warning,
             std::format("{}: WARNING: SRV entries for mail programs are missing or wrong.{}", domain.str(), details),
             std::move(missing), cause});
}

void check_names(const Context& context, const base::Domain& domain, std::vector<Finding>& findings) {
    for (const auto& check : name_checks) {
        const auto record = context.record(check.id, domain.str());
        if (!record) continue;
        const auto v4 = context.asker.query(record->name, Type::A), v6 = context.asker.query(record->name, Type::AAAA);
        const std::string id(check.id);
        if (!v4.answered() || !v6.answered()) {
            findings.push_back(lookup_failed(id, domain.str(), domain.str() + ": ", record->name, Type::A,
                                             v4.answered() ? v6 : v4, false));
            continue;
        }
        if (leads_here(context, v4, v6)) {
            findings.push_back(
                {id, domain.str(), Severity::ok, std::format("'{}' leads to this server.", record->name)});
            continue;
        }
        auto addresses = data_of(v4);
        std::ranges::copy(data_of(v6), std::back_inserter(addresses));
        const bool elsewhere = !addresses.empty();
        const auto cause = elsewhere ? Cause{"wrong", std::format("It leads to {}.", quoted_list(addresses))}
                           : v4.canonical_name != record->name && !v4.canonical_name.empty()
                               ? Cause{"wrong", std::format("It is an alias of '{}', which has no address.",
                                                            base::printable(v4.canonical_name, 300))}
                               : Cause{"missing", std::format("There is no such name. {}", check.loss)};
        findings.push_back(
            {id,
             domain.str(),
             Severity::warning,
             std::format("{}: WARNING: '{}' does not lead to this server.\n{}", domain.str(), record->name, cause.text),
             {*record},
             cause.word});
    }
}

}  // namespace dnscheck
