#include <algorithm>
#include <format>

#include "base/text.h"
#include "dnscheck/causes.h"
#include "dnscheck/checks.h"
#include "dnscheck/spf.h"

namespace dnscheck {
namespace {

using resolver::Answer;
using resolver::Type;

Finding host_finding(const Context& context, std::string id, Severity severity, std::string text,
                     std::string cause = {}) {
    Finding finding{std::move(id), context.hostname(), severity, std::move(text), {}, std::move(cause)};
    if (severity != Severity::ok)
        for (const auto& record : context.records)
            if (record.id == finding.id && record.subject == finding.subject) finding.records.push_back(record);
    return finding;
}

Finding host_failed(const Context& context, std::string id, const std::string& name, Type type, const Answer& answer) {
    return lookup_failed(std::move(id), context.hostname(), "", name, type, answer, false);
}

/// What receivers of a bounce do: SPF for the name in EHLO (RFC 7208 §2.4).
void check_greeting_spf(const Context& context, std::vector<Finding>& findings) {
    const auto record = context.record("host.spf", context.hostname());
    if (!record) return;
    const auto& host = context.hostname();
    for (const auto& own : {context.own.v4, context.own.v6}) {
        if (!own) continue;
        const auto outcome = check_host(own->address, host, "postmaster@" + host, host, context.asker);
        if (outcome.result == SpfResult::pass) continue;
        const auto text = std::format(
            "no SPF entry of '{}' allows '{}'; bounces are judged by it.\nEvaluation gives "
            "'{}': {}.",
            host, own->address.str(), result_name(outcome.result), outcome.reason);
        const bool refused =
            in_use(*own) && (outcome.result == SpfResult::fail || outcome.result == SpfResult::permerror);
        findings.push_back(outcome.result == SpfResult::temperror
                               ? host_finding(context, "host.spf", Severity::warning, "WARNING: " + text)
                               : host_finding(context, "host.spf", refused ? Severity::error : Severity::warning,
                                              (refused ? "ERROR: " : "WARNING: ") + text,
                                              outcome.result == SpfResult::none ? "missing" : "wrong"));
        return;
    }
    findings.push_back(host_finding(context, "host.spf", Severity::ok, std::format("'{}' has valid SPF entry.", host)));
}

void check_null_mx(const Context& context, std::vector<Finding>& findings) {
    if (!context.record("host.mx", context.hostname())) return;
    const auto answer = context.asker.query(context.hostname(), Type::MX);
    if (!answer.answered() || !answer.exchanges.empty()) return;
    findings.push_back(host_finding(
        context, "host.mx", Severity::note,
        std::format("NOTE: '{}' takes no mail itself; a null MX would say so.", context.hostname()), "missing"));
}

/// The parts of `letsencrypt.org; accounturi=…; validationmethods=…` (RFC 8659 §4.2, RFC 8657).
struct Issuer {
    std::string name, account, methods;
};

std::optional<Issuer> issuer_in(std::string_view value) {
    const auto words = base::split(value, ' ');
    const auto quote = value.find('"');
    if (words.size() < 3 || words[1] != "issue" || quote == std::string_view::npos) return std::nullopt;
    Issuer issuer;
    for (const auto piece : base::split(value.substr(quote + 1, value.size() - quote - 2), ';')) {
        const auto part = base::trim(piece);
        const auto equals = part.find('=');
        if (equals == std::string_view::npos) {
            if (issuer.name.empty()) issuer.name = base::lower(part);
        } else if (base::lower(base::trim(part.substr(0, equals))) == "accounturi") {
            issuer.account = base::trim(part.substr(equals + 1));
        } else if (base::lower(base::trim(part.substr(0, equals))) == "validationmethods") {
            issuer.methods = base::trim(part.substr(equals + 1));
        }
    }
    return issuer;
}

/// Why this CAA record keeps our CA from giving us a certificate; empty: it does not.
std::string obstacle(const Issuer& issuer, const std::string& name, const std::string& account) {
    if (issuer.name != name) return "it names another certificate authority";
    if (!issuer.account.empty() && !account.empty() && issuer.account != account)
        return std::format("its accounturi is another account than ours, {}", account);
    if (!issuer.methods.empty() &&
        !std::ranges::contains(base::split(issuer.methods, ','), std::string_view("http-01")))
        return "its validationmethods lack http-01";
    return {};
}

/// The CAA records that count for `host` are those of the nearest name above that has any (RFC 8659 §3).
std::pair<std::string, Answer> relevant_authorizations(const Context& context, const std::string& host) {
    std::string name = host;
    for (;;) {
        auto answer = context.asker.query(name, Type::CAA);
        const auto dot = name.find('.');
        if (!answer.answered() || !answer.values.empty() || dot == std::string::npos) return {name, std::move(answer)};
        name = name.substr(dot + 1);
    }
}

void check_authorities(const Context& context, std::vector<Finding>& findings) {
    const auto record = context.record("host.caa", context.hostname());
    if (!record) return;
    const auto [name, answer] = relevant_authorizations(context, context.hostname());
    if (!answer.answered()) {
        findings.push_back(host_failed(context, "host.caa", name, Type::CAA, answer));
        return;
    }
    std::string why;
    bool any = false;
    for (const auto& value : answer.values) {
        const auto issuer = issuer_in(value);
        if (!issuer) continue;
        any = true;
        why = obstacle(*issuer, caa_issuer(context.situation.settings), context.known.acme_account);
        if (why.empty()) break;
    }
    if (!any)
        findings.push_back(
            host_finding(context, "host.caa", Severity::warning,
                         std::format("WARNING: no CAA entry for '{}': any certificate authority may make "
                                     "a certificate for it.",
                                     context.hostname()),
                         "missing"));
    else if (!why.empty())
        findings.push_back(host_finding(context, "host.caa", Severity::error,
                                        std::format("ERROR: the CAA entries of '{}' keep this server from getting "
                                                    "its certificate: {}.\nThey are: {}.",
                                                    name, why, quoted_list(answer.values)),
                                        "wrong"));
    else
        findings.push_back(host_finding(context, "host.caa", Severity::ok,
                                        std::format("The CAA entries of '{}' allow our certificate.", name)));
}

void check_association(const Context& context, std::vector<Finding>& findings) {
    const auto& known = context.known;
    const auto name = "_25._tcp." + context.hostname();
    const auto answer = context.asker.query(name, Type::TLSA);
    const auto wanted = context.record("host.tlsa", context.hostname());
    if (!answer.answered()) {
        // RFC 7672 §2.2: who cannot look it up does not deliver.
        if (wanted) findings.push_back(host_failed(context, "host.tlsa", name, Type::TLSA, answer));
        return;
    }
    if (answer.values.empty()) {
        if (wanted)
            findings.push_back(host_finding(context, "host.tlsa", Severity::warning,
                                            "WARNING: No TLSA entry for port 25, though its zone is signed.",
                                            "missing"));
        return;
    }
    const auto is_ours = [&](const std::string& value) {
        return std::ranges::any_of(known.tls_keys, [&](const std::string& key) { return value == "3 1 1 " + key; });
    };
    // Others than 3 1 1 are compared in the handshake, which has the certificate.
    const bool comparable =
        std::ranges::all_of(answer.values, [](const auto& value) { return value.starts_with("3 1 1 "); });
    if (known.tls_keys.empty() || !comparable) return;
    if (std::ranges::none_of(answer.values, [&](const auto& value) { return value == "3 1 1 " + known.tls_keys[0]; })) {
        const bool counts = context.known.hostname_signed;
        findings.push_back(host_finding(context, "host.tlsa", counts ? Severity::error : Severity::warning,
                                        std::format("{}: the TLSA entry for port 25 is not about the key of our "
                                                    "certificate.\n{}",
                                                    counts ? "ERROR" : "WARNING",
                                                    counts ? "Mail servers that know DANE do not deliver any more."
                                                           : "The zone is not signed, so nobody minds yet."),
                                        "wrong"));
        return;
    }
    const bool all = std::ranges::all_of(
        known.tls_keys, [&](const std::string& key) { return std::ranges::contains(answer.values, "3 1 1 " + key); });
    const bool only = std::ranges::all_of(answer.values, is_ours);
    if (!all) {
        auto finding = host_finding(
            context, "host.tlsa", Severity::note,
            "The TLSA entry for the next key is missing; until it is there, certificates keep their key.", "missing");
        std::erase_if(finding.records,
                      [&](const Record& record) { return std::ranges::contains(answer.values, record.value); });
        findings.push_back(std::move(finding));
    } else {
        findings.push_back(
            host_finding(context, "host.tlsa", Severity::ok,
                         only ? "The TLSA entry for port 25 fits our certificate."
                              : "The TLSA entry for port 25 fits our certificate; another one beside it is "
                                "of no use any more."));
    }
}

}  // namespace

std::vector<Finding> check_trust_records(const Context& context) {
    std::vector<Finding> findings;
    check_greeting_spf(context, findings);
    check_null_mx(context, findings);
    check_authorities(context, findings);
    check_association(context, findings);
    return findings;
}

}  // namespace dnscheck
