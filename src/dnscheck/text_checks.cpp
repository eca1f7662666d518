#include <algorithm>
#include <format>

#include "base/text.h"
#include "dnscheck/causes.h"
#include "dnscheck/checks.h"
#include "dnscheck/tags.h"

namespace dnscheck {
namespace {

using resolver::Type;

/// A TXT record of the kind "v=…; tag=value".
struct TextCheck {
    std::string_view id, name;  ///< name: for people
    std::string_view version;   ///< what the record begins with
    /// What is wrong with a record of ours; empty: nothing.
    std::string (*fault)(const Tags& published, const Tags& wanted);
};

std::string mta_sts_fault(const Tags& published, const Tags& wanted) {
    if (published.find("id") == wanted.find("id")) return {};
    return "Its 'id' is not the one of the policy this server serves, so other servers go on with an older policy.";
}

std::string report_fault(const Tags& published, const Tags&) {
    const auto to = published.find("rua").value_or("");
    return to.starts_with("mailto:") || to.starts_with("https://") ? "" : "Its 'rua' names nobody to report to.";
}

std::string logo_fault(const Tags& published, const Tags& wanted) {
    if (published.find("l") != wanted.find("l")) return "Its 'l' is not the address of the logo.";
    if (published.find("a").value_or("") != wanted.find("a").value_or(""))
        return "Its 'a' is not BIMI_CERTIFICATE_URL.";
    return {};
}

std::string no_fault(const Tags&, const Tags&) {
    return {};
}

constexpr TextCheck text_checks[] = {
    {"domain.mta_sts", "MTA-STS", "STSv1", mta_sts_fault},
    {"domain.tls_report", "TLSRPT", "TLSRPTv1", report_fault},
    {"domain.dmarc.reports", "DMARC report authorisation", "DMARC1", no_fault},
    {"domain.bimi", "BIMI", "BIMI1", logo_fault},
};

bool has_version(std::string_view text, std::string_view version) {
    const auto first = base::trim(text.substr(0, text.find(';')));
    const auto equals = first.find('=');
    return equals != std::string_view::npos && base::trim(first.substr(0, equals)) == "v" &&
           base::trim(first.substr(equals + 1)) == version;
}

/// What is wrong; nothing when all is well.
std::optional<Cause> fault_of(const Context& context, const TextCheck& check, const Record& record,
                              const resolver::Answer& answer) {
    std::vector<std::string> ours;
    std::ranges::copy_if(answer.texts, std::back_inserter(ours),
                         [&](const std::string& text) { return has_version(text, check.version); });
    if (ours.empty()) return cause_of(context, record, answer);
    if (ours.size() > 1)
        return Cause{"duplicate",
                     std::format("There are {} such records '{}', only one is allowed.", ours.size(), record.name)};
    const auto published = Tags::parse(ours[0]);
    if (!published) return Cause{"wrong", std::format("The record is malformed: {}.", published.error().text)};
    const auto wanted = Tags::parse(record.value);
    if (auto text = wanted ? check.fault(*published, *wanted) : std::string(); !text.empty())
        return Cause{"wrong", std::move(text)};
    return std::nullopt;
}

}  // namespace

void check_texts(const Context& context, const base::Domain& domain, std::vector<Finding>& findings) {
    for (const auto& check : text_checks) {
        const auto record = context.record(check.id, domain.str());
        if (!record) continue;
        const auto answer = context.asker.query(record->name, Type::TXT);
        if (!answer.answered()) {
            findings.push_back(lookup_failed(std::string(check.id), domain.str(), domain.str() + ": ", record->name,
                                             Type::TXT, answer, record->required));
            continue;
        }
        if (const auto cause = fault_of(context, check, *record, answer))
            findings.push_back(
                {std::string(check.id),
                 domain.str(),
                 Severity::warning,
                 std::format("{}: WARNING: No valid {} entry.\n{}", domain.str(), check.name, cause->text),
                 {*record},
                 cause->word});
        else
            findings.push_back({std::string(check.id), domain.str(), Severity::ok,
                                std::format("{} has valid {} entry.", domain.str(), check.name)});
    }
}

}  // namespace dnscheck
