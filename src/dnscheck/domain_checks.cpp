#include <algorithm>
#include <format>

#include "base/text.h"
#include "dnscheck/checks.h"
#include "dnscheck/dkim_record.h"
#include "dnscheck/dmarc_record.h"
#include "dnscheck/spf.h"
#include "dnscheck/spf_record.h"

namespace dnscheck {
namespace {

using resolver::Answer;
using resolver::MailExchange;
using resolver::Type;

std::string prefix(const base::Domain& domain) {
    return domain.str() + ": ";
}

Finding good(std::string_view id, const base::Domain& domain, std::string text) {
    return {std::string(id), domain.str(), Severity::ok, std::move(text)};
}

/// "<domain>: ERROR: <what>" and the details below; `records` are what to add or change.
Finding wrong(std::string_view id, const base::Domain& domain, std::string_view what, std::string_view details,
              std::vector<Record> records, bool required = true) {
    return {std::string(id), domain.str(), required ? Severity::error : Severity::warning,
            std::format("{}{}: {}\n{}", prefix(domain), required ? "ERROR" : "WARNING", what, details),
            std::move(records)};
}

Finding warning(std::string_view id, const base::Domain& domain, std::string_view what) {
    return {std::string(id), domain.str(), Severity::warning, std::format("{}WARNING: {}", prefix(domain), what)};
}

std::vector<Record> needed(const Context& context, std::string_view id, const base::Domain& domain) {
    const auto record = context.record(id, domain.str());
    return record ? std::vector{*record} : std::vector<Record>{};
}

std::string exchange_text(const MailExchange& exchange) {
    return std::format("{} {}", exchange.preference, exchange.host.empty() ? "." : exchange.host);
}

/// Why no MX counts: what is there instead.
std::string why_no_exchange(const Context& context, const Answer& answer) {
    if (answer.exchanges.empty()) return "It has no MX record at all.";
    std::string text;
    std::vector<std::string> names;
    for (const auto& exchange : answer.exchanges) {
        names.push_back(exchange_text(exchange));
        if (exchange.host.empty()) {
            text += "\nIts null MX '.' says that it takes no mail (RFC 7505 §3); remove it.";
            continue;
        }
        const auto target = context.asker.query(exchange.host, Type::A);
        if (target.answered() && target.canonical_name == context.hostname())
            text += std::format("\n'{}' is an alias (CNAME) of '{}'; an MX must name the host itself (RFC 2181 §10.3).",
                                base::printable(exchange.host, 300), context.hostname());
    }
    return "Its MX records are: " + quoted_list(names) + "." + text;
}

void check_mx(const Context& context, const base::Domain& domain, std::vector<Finding>& findings) {
    auto answer = context.asker.query(domain.str(), Type::MX);
    if (!answer.answered()) {
        findings.push_back(lookup_failed("domain.mx", domain.str(), prefix(domain), domain.str(), Type::MX, answer));
        return;
    }
    const auto& host = context.hostname();
    std::ranges::sort(answer.exchanges);
    const auto ours = std::ranges::find(answer.exchanges, host, &MailExchange::host);
    if (ours == answer.exchanges.end()) {
        findings.push_back(wrong("domain.mx", domain, std::format("No MX entry pointing to '{}'.", host),
                                 why_no_exchange(context, answer), needed(context, "domain.mx", domain)));
        return;
    }
    findings.push_back(good("domain.mx", domain, std::format("{} has MX entry pointing to '{}'.", domain.str(), host)));
    std::vector<std::string> others;
    for (const auto& exchange : answer.exchanges)
        if (exchange.host != host) others.push_back(exchange_text(exchange));
    if (others.empty()) return;
    const bool first = answer.exchanges.front().preference < ours->preference;
    findings.push_back(warning(
        "domain.mx.other", domain,
        std::format("beside '{}' there are other MX entries: {}.\n{}", exchange_text(*ours), quoted_list(others),
                    first ? "The lowest number is tried first: mail goes to the other host."
                          : "Mail that they take while this server is away must be passed on to it.")));
}

/// The SPF record to publish: the present one with our addresses in front when it can be kept, else the table's.
Record spf_advice(const Record& standard, const std::vector<std::string>& published,
                  const std::vector<base::IpAddress>& failed) {
    if (published.size() != 1 || !parse_spf_record(published[0])) return standard;
    constexpr std::string_view version = "v=spf1";
    Record record = standard;
    record.value = version;
    for (const auto& address : failed) record.value += (address.is_v4() ? " ip4:" : " ip6:") + address.str();
    const auto rest = base::trim(std::string_view(published[0]).substr(version.size()));
    if (!rest.empty()) record.value += " " + std::string(rest);
    return record;
}

std::string why_no_spf(const SpfOutcome& outcome, const std::vector<std::string>& published) {
    auto text = std::format("Evaluation gives '{}': {}.", result_name(outcome.result), outcome.reason);
    if (!published.empty()) text += std::format("\nThe present record is: {}", quoted_list(published));
    if (published.size() > 1) text += "\nThe record below replaces all of them.";
    if (published.size() == 1) text += "\nThe record below replaces it: two SPF records are an error.";
    return text;
}

/// An own address and what the domain's SPF record says about it.
struct SpfAddress {
    OwnAddress own;
    SpfOutcome outcome;
};

std::vector<SpfAddress> evaluate_spf(const Context& context, const base::Domain& domain) {
    std::vector<SpfAddress> all;
    for (const auto& own : {context.own.v4, context.own.v6})
        if (own)
            all.push_back({*own, check_host(own->address, domain.str(), "postmaster@" + domain.str(),
                                            context.hostname(), context.asker)});
    return all;
}

Finding spf_finding(const base::Domain& domain, const SpfAddress& checked, const std::vector<std::string>& published,
                    const std::vector<Record>& advice) {
    const auto& [own, outcome] = checked;
    const std::string id = own.address.is_v4() ? "domain.spf.ipv4" : "domain.spf.ipv6";
    const auto address = own.address.str();
    if (outcome.result == SpfResult::pass)
        return good(id, domain, std::format("{} has valid SPF entry pointing to '{}'.", domain.str(), address));
    if (outcome.result == SpfResult::temperror)
        return {id, domain.str(), Severity::unknown,
                std::format("{}ERROR: cannot evaluate the SPF record for '{}': {}.", prefix(domain), address,
                            outcome.reason)};
    return wrong(id, domain, std::format("No valid SPF entry pointing to '{}'.", address),
                 why_no_spf(outcome, published), advice, in_use(own));
}

/// A record that passes for us as for every forger.
bool allows_everybody(const std::vector<std::string>& published) {
    if (published.size() != 1) return false;
    const auto record = parse_spf_record(published[0]);
    return record && std::ranges::any_of(record->terms, [](const SpfTerm& term) {
               return term.mechanism == SpfMechanism::all && term.qualifier == '+';
           });
}

void check_spf(const Context& context, const base::Domain& domain, std::vector<Finding>& findings) {
    const auto answer = context.asker.query(domain.str(), Type::TXT);
    if (!answer.answered()) {
        findings.push_back(lookup_failed("domain.spf", domain.str(), prefix(domain), domain.str(), Type::TXT, answer));
        return;
    }
    std::vector<std::string> published;
    std::ranges::copy_if(answer.texts, std::back_inserter(published), is_spf_record);
    const auto all = evaluate_spf(context, domain);
    std::vector<base::IpAddress> failed;
    for (const auto& [own, outcome] : all)
        if (outcome.result != SpfResult::pass) failed.push_back(own.address);
    auto advice = needed(context, "domain.spf", domain);
    for (auto& record : advice) record = spf_advice(record, published, failed);
    for (const auto& checked : all) findings.push_back(spf_finding(domain, checked, published, advice));
    if (allows_everybody(published))
        findings.push_back(
            warning("domain.spf.all", domain,
                    "the SPF record allows everybody to send mail for the domain ('+all'); use '-all'."));
}

void check_dkim(const Context& context, const base::Domain& domain, std::vector<Finding>& findings) {
    constexpr std::string_view what = "No valid DKIM entry.";
    const auto own = context.situation.dkim.find(domain);
    if (own == context.situation.dkim.end()) {
        findings.push_back(wrong("domain.dkim", domain, what,
                                 "This server has no DKIM key for it yet. Start the server once with "
                                 "./start_mailserver.sh, it makes the key; then check again.",
                                 {}));
        return;
    }
    const auto name = dkim_name(context.situation.settings, domain);
    const auto answer = context.asker.query(name, Type::TXT);
    if (!answer.answered()) {
        findings.push_back(lookup_failed("domain.dkim", domain.str(), prefix(domain), name, Type::TXT, answer));
        return;
    }
    auto records = needed(context, "domain.dkim", domain);
    if (answer.texts.empty()) {
        findings.push_back(
            wrong("domain.dkim", domain, what, std::format("There is no TXT record '{}'.", name), std::move(records)));
        return;
    }
    // RFC 6376 §3.6.2.2: with several records the result is undefined.
    if (answer.texts.size() > 1) {
        findings.push_back(
            wrong("domain.dkim", domain, what,
                  std::format("There are {} TXT records '{}', only one is allowed.", answer.texts.size(), name),
                  std::move(records)));
        return;
    }
    const auto verdict = compare_dkim(answer.texts[0], own->second);
    if (!verdict.good) {
        findings.push_back(wrong("domain.dkim", domain, what,
                                 std::format("The TXT record '{}' does not fit.\n{}", name, verdict.why),
                                 std::move(records)));
        return;
    }
    findings.push_back(good("domain.dkim", domain, domain.str() + " has valid DKIM entry."));
    if (verdict.testing)
        findings.push_back(warning("domain.dkim.testing", domain,
                                   "the DKIM entry says 't=y' (testing): receivers may ignore the signatures."));
}

void check_dmarc(const Context& context, const base::Domain& domain, std::vector<Finding>& findings) {
    constexpr std::string_view what = "No valid DMARC entry.";
    const auto name = "_dmarc." + domain.str();
    const auto answer = context.asker.query(name, Type::TXT);
    if (!answer.answered()) {
        findings.push_back(lookup_failed("domain.dmarc", domain.str(), prefix(domain), name, Type::TXT, answer));
        return;
    }
    auto records = needed(context, "domain.dmarc", domain);
    std::vector<std::string> published;
    std::ranges::copy_if(answer.texts, std::back_inserter(published), is_dmarc_record);
    // RFC 7489 §6.6.3 step 5: with several records there is no policy.
    const auto policy =
        published.size() == 1 ? parse_dmarc_record(published[0])
        : published.empty()
            ? base::fail(answer.texts.empty() ? std::format("there is no TXT record '{}'", name)
                                              : std::format("no TXT record '{}' starts with 'v=DMARC1'", name))
            : base::fail(std::format("there are {} DMARC records, only one is allowed", published.size()));
    if (!policy) {
        auto details = policy.error().text + ".";
        details[0] = static_cast<char>(details[0] >= 'a' && details[0] <= 'z' ? details[0] - 'a' + 'A' : details[0]);
        findings.push_back(wrong("domain.dmarc", domain, what, details, std::move(records)));
        return;
    }
    findings.push_back(good("domain.dmarc", domain, domain.str() + " has valid DMARC entry."));
    if (policy->domain == DmarcAction::none)
        findings.push_back(warning("domain.dmarc.policy", domain,
                                   "the DMARC policy is 'p=none': receivers deliver forged mail. Once the reports show "
                                   "no surprises, change it to 'p=quarantine'."));
}

}  // namespace

std::vector<Finding> check_domain_records(const Context& context, const base::Domain& domain) {
    std::vector<Finding> findings;
    check_mx(context, domain, findings);
    check_spf(context, domain, findings);
    check_dkim(context, domain, findings);
    check_dmarc(context, domain, findings);
    return findings;
}

}  // namespace dnscheck
