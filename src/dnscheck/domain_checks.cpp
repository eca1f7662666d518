#include <algorithm>
#include <format>

#include "base/text.h"
#include "dnscheck/causes.h"
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
              std::vector<Record> records, std::string_view cause = "wrong", bool required = true) {
    return {std::string(id),
            domain.str(),
            required ? Severity::error : Severity::warning,
            std::format("{}{}: {}\n{}", prefix(domain), required ? "ERROR" : "WARNING", what, details),
            std::move(records),
            std::string(cause)};
}

Finding warning(std::string_view id, const base::Domain& domain, std::string_view what) {
    return {std::string(id), domain.str(), Severity::warning, std::format("{}WARNING: {}", prefix(domain), what), {},
            "wrong"};
}

std::vector<Record> needed(const Context& context, std::string_view id, const base::Domain& domain) {
    const auto record = context.record(id, domain.str());
    return record ? std::vector{*record} : std::vector<Record>{};
}

std::string exchange_text(const MailExchange& exchange) {
    return std::format("{} {}", exchange.preference, exchange.host.empty() ? "." : exchange.host);
}

/// Whether the host is this server by one of its addresses, under a name of its own.
bool has_our_address(const Context& context, const std::string& host) {
    const auto is_own = [](const Answer& answer, const std::optional<OwnAddress>& own) {
        return own && std::ranges::contains(answer.addresses, own->address);
    };
    const auto v4 = context.asker.query(host, Type::A);
    return v4.canonical_name == host &&
           (is_own(v4, context.own.v4) || is_own(context.asker.query(host, Type::AAAA), context.own.v6));
}

/// Why no MX counts: what is there instead.
std::string why_no_exchange(const Context& context, const Answer& answer) {
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
        const auto by_address = std::ranges::find_if(answer.exchanges, [&](const MailExchange& exchange) {
            return !exchange.host.empty() && has_our_address(context, exchange.host);
        });
        if (by_address != answer.exchanges.end()) {
            findings.push_back(wrong("domain.mx", domain,
                                     std::format("the MX entry '{}' leads to this server, but not by its name.",
                                                 base::printable(by_address->host, 300)),
                                     std::format("The certificate is for '{}': servers that verify it (MTA-STS, DANE) "
                                                 "do not deliver.",
                                                 host),
                                     needed(context, "domain.mx", domain), "wrong", false));
            return;
        }
        if (answer.exchanges.empty()) {
            const auto records = needed(context, "domain.mx", domain);
            const auto cause = cause_of(context, records.front(), answer);
            findings.push_back(wrong("domain.mx", domain, std::format("No MX entry pointing to '{}'.", host),
                                     cause.word == "missing" ? "It has no MX record at all." : cause.text, records,
                                     cause.word));
            return;
        }
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
                    const std::vector<Record>& advice, const Cause& cause) {
    const auto& [own, outcome] = checked;
    const std::string id = own.address.is_v4() ? "domain.spf.ipv4" : "domain.spf.ipv6";
    const auto address = own.address.str();
    if (outcome.result == SpfResult::pass)
        return good(id, domain, std::format("{} has valid SPF entry pointing to '{}'.", domain.str(), address));
    if (outcome.result == SpfResult::temperror)
        return {id,
                domain.str(),
                Severity::unknown,
                std::format("{}ERROR: cannot evaluate the SPF record for '{}': {}.", prefix(domain), address,
                            outcome.reason),
                {},
                "unanswered"};
    auto why = why_no_spf(outcome, published);
    if (!cause.text.empty()) why += "\n" + cause.text;
    return wrong(id, domain, std::format("No valid SPF entry pointing to '{}'.", address), why, advice, cause.word,
                 in_use(own));
}

/// A record that passes for us as for every forger.
bool allows_everybody(const std::vector<std::string>& published) {
    if (published.size() != 1) return false;
    const auto record = parse_spf_record(published[0]);
    return record && std::ranges::any_of(record->terms, [](const SpfTerm& term) {
               return term.mechanism == SpfMechanism::all && term.qualifier == '+';
           });
}

/// Whether the record may be for servers of others, too. Theirs are not known: a provider sends from many.
bool allows_others(const SpfRecord& record, const std::string& hostname) {
    return record.redirect || std::ranges::any_of(record.terms, [&](const SpfTerm& term) {
               return term.qualifier == '+' && !term.domain_spec.empty() && term.domain_spec != hostname;
           });
}

/// Mail that leaves through a provider comes from his addresses.
void check_spf_of_relay(const Context& context, const base::Domain& domain, const std::vector<std::string>& published,
                        std::vector<Finding>& findings) {
    const auto& relay = context.situation.settings.relay.host;
    if (!relay || published.size() != 1) return;
    const auto record = parse_spf_record(published[0]);
    if (!record || allows_others(*record, context.hostname())) return;
    findings.push_back(warning("domain.spf.relay", domain,
                               std::format("mail leaves through '{}', whose servers the SPF record does not name.\n"
                                           "Add what the provider tells, such as 'include:_spf.provider.example'.",
                                           relay->str())));
}

/// Beside what the evaluation says: why there is no record, though one may have been entered.
Cause spf_cause(const Context& context, const Answer& answer, const std::vector<std::string>& published,
                const std::vector<Record>& advice) {
    if (published.size() > 1) return {"duplicate", ""};
    if (published.size() == 1 || advice.empty()) return {"wrong", ""};
    for (const auto& text : answer.texts)
        if (auto fault = text_fault(text, advice.front().value); fault && text.contains("v=spf1")) return *fault;
    if (answer.status == resolver::Status::found) return {"missing", ""};
    auto cause = cause_of(context, advice.front(), answer);
    if (cause.word == "missing") cause.text.clear();
    return cause;
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
    const auto cause = spf_cause(context, answer, published, advice);
    for (const auto& checked : all) findings.push_back(spf_finding(domain, checked, published, advice, cause));
    if (allows_everybody(published))
        findings.push_back(
            warning("domain.spf.all", domain,
                    "the SPF record allows everybody to send mail for the domain ('+all'); use '-all'."));
    check_spf_of_relay(context, domain, published, findings);
}

/// What is wrong with a published key; nothing when all is well, then `testing` may be set.
std::optional<Cause> dkim_fault(const Context& context, const Record& record, const Answer& answer, bool& testing) {
    if (answer.texts.empty()) return cause_of(context, record, answer);
    // RFC 6376 §3.6.2.2: with several records the result is undefined.
    if (answer.texts.size() > 1)
        return Cause{"duplicate", std::format("There are {} TXT records '{}', only one is allowed.",
                                              answer.texts.size(), record.name)};
    const auto verdict = compare_dkim(answer.texts[0], record.value);
    testing = verdict.testing;
    if (verdict.good) return std::nullopt;
    const auto cause = cause_of(context, record, answer);
    return Cause{cause.word,
                 std::format("The TXT record '{}' does not fit.\n{}", record.name,
                             cause.word == "wrong" || cause.word == "truncated" ? verdict.why : cause.text)};
}

void check_dkim_key(const Context& context, const base::Domain& domain, const Record& record, const std::string& which,
                    std::vector<Finding>& findings) {
    const auto answer = context.asker.query(record.name, Type::TXT);
    if (!answer.answered()) {
        findings.push_back(lookup_failed("domain.dkim", domain.str(), prefix(domain), record.name, Type::TXT, answer,
                                         record.required));
        return;
    }
    bool testing = false;
    if (const auto fault = dkim_fault(context, record, answer, testing)) {
        findings.push_back(wrong("domain.dkim", domain, std::format("No valid DKIM entry{}.", which), fault->text,
                                 {record}, fault->word, record.required));
        return;
    }
    findings.push_back(good("domain.dkim", domain, std::format("{} has valid DKIM entry{}.", domain.str(), which)));
    if (testing)
        findings.push_back(warning("domain.dkim.testing", domain,
                                   "the DKIM entry says 't=y' (testing): receivers may ignore the signatures."));
}

void check_dkim(const Context& context, const base::Domain& domain, std::vector<Finding>& findings) {
    std::vector<Record> records;
    std::ranges::copy_if(context.records, std::back_inserter(records), [&](const Record& record) {
        return record.id == "domain.dkim" && record.subject == domain.str();
    });
    if (records.empty())
        findings.push_back(wrong("domain.dkim", domain, "No valid DKIM entry.",
                                 "This server has no DKIM key for it yet. Start the server once with "
                                 "./start_mailserver.sh, it makes the key; then check again.",
                                 {}, "no_key"));
    for (const auto& record : records)
        check_dkim_key(
            context, domain, record,
            records.size() == 1 ? "" : std::format(" '{}'", record.name.substr(0, record.name.find("._domainkey."))),
            findings);
}

Cause dmarc_cause(const Context& context, const Answer& answer, const std::vector<std::string>& published,
                  const Record& record, const base::Error& error) {
    if (published.size() > 1)
        return {"duplicate", std::format("There are {} DMARC records, only one is allowed.", published.size())};
    if (published.size() == 1) {
        auto text = error.text + ".";
        text[0] = base::upper(text.substr(0, 1))[0];
        return {"wrong", text};
    }
    auto cause = cause_of(context, record, answer);
    if (cause.word == "wrong") cause.text = std::format("No TXT record '{}' starts with 'v=DMARC1'.", record.name);
    return cause;
}

void check_dmarc(const Context& context, const base::Domain& domain, std::vector<Finding>& findings) {
    constexpr std::string_view what = "No valid DMARC entry.";
    const auto name = "_dmarc." + domain.str();
    const auto answer = context.asker.query(name, Type::TXT);
    if (!answer.answered()) {
        findings.push_back(lookup_failed("domain.dmarc", domain.str(), prefix(domain), name, Type::TXT, answer));
        return;
    }
    const auto records = needed(context, "domain.dmarc", domain);
    std::vector<std::string> published;
    std::ranges::copy_if(answer.texts, std::back_inserter(published), is_dmarc_record);
    // RFC 7489 §6.6.3 step 5: with several records there is no policy.
    const auto policy = published.size() == 1 ? parse_dmarc_record(published[0]) : base::fail("");
    if (!policy) {
        const auto cause = dmarc_cause(context, answer, published, records.front(), policy.error());
        findings.push_back(wrong("domain.dmarc", domain, what, cause.text, records, cause.word));
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
    check_texts(context, domain, findings);
    check_services(context, domain, findings);
    check_names(context, domain, findings);
    return findings;
}

}  // namespace dnscheck
