#include "dnscheck/proof_checks.h"

#include <algorithm>
#include <format>
#include <map>

#include "base/text.h"
#include "crypto/certificate.h"
#include "crypto/digest.h"
#include "setup/logo.h"

namespace dnscheck {
namespace {

using resolver::Type;
using Answered = std::expected<std::string, Failure>;

/// One thing to try and what to make of its outcome.
struct Page {
    std::string id, subject, url;
};

std::vector<MailServer> own_servers(const Context& context) {
    std::vector<MailServer> servers;
    for (const auto& own : {context.own.v4, context.own.v6})
        if (own && in_use(*own)) servers.push_back({own->address});
    return servers;
}

/// One address of each.
std::vector<MailServer> foreign_servers(const Context& context) {
    std::vector<MailServer> servers;
    std::vector<resolver::Question> questions;
    for (const auto& host : context.situation.settings.outbound_test_hosts) questions.push_back({host, Type::A});
    for (const auto& answer : context.asker.query(questions))
        if (!answer.addresses.empty()) servers.push_back({answer.addresses.front(), false});
    return servers;
}

std::vector<Page> pages(const Context& context) {
    std::vector<Page> all;
    for (const auto& record : context.records) {
        const bool there = context.asker.query(record.name, Type::A).status == resolver::Status::found ||
                           context.asker.query(record.name, Type::AAAA).status == resolver::Status::found;
        if (record.id == "domain.mta_sts.host" && there)
            all.push_back(
                {"reach.mta_sts", record.subject, std::format("https://{}/.well-known/mta-sts.txt", record.name)});
        if (record.id == "domain.autoconfig" && there && context.known.serves_autoconfig)
            all.push_back({"reach.autoconfig", record.subject,
                           std::format("https://{}/mail/config-v1.1.xml?emailaddress=postmaster@{}", record.name,
                                       record.subject)});
    }
    if (!context.known.logo_url.empty()) all.push_back({"reach.bimi", context.hostname(), context.known.logo_url});
    return all;
}

/// A service that cannot have the logo, or does not like it, shows none.
Finding logo_finding(const Page& page, const Answered& fetched) {
    if (!fetched)
        return {
            page.id,
            page.subject,
            fetched.error().kind == NoProof::refused ? Severity::warning : Severity::note,
            std::format("The logo (BIMI) cannot be fetched: {}: {}.", page.url, base::printable(fetched.error().text)),
            {},
            fetched.error().kind == NoProof::unreachable ? "unreachable" : "refused"};
    if (const auto fault = setup::logo_fault(*fetched); !fault.empty())
        return {
            page.id,
            page.subject,
            Severity::warning,
            std::format("WARNING: mail services do not show the logo {}: {}\nIt must be SVG Tiny PS.", page.url, fault),
            {},
            "wrong"};
    return {page.id, page.subject, Severity::ok, "The logo (BIMI) is there, and is SVG Tiny PS."};
}

/// What is wrong with the certificate that an own address shows; nothing when all is well.
std::optional<Finding> fault_of_certificate(const Context& context, const std::string& pem, base::SystemTime now) {
    const auto error = [](std::string cause, std::string text, Severity severity = Severity::error) {
        return Finding{"reach.smtp", "",
                       severity,     (severity == Severity::error ? "ERROR: " : "WARNING: ") + std::move(text),
                       {},           std::move(cause)};
    };
    const auto chain = crypto::parse_chain(pem);
    if (!chain) return error("unreadable", "its certificate cannot be read: " + chain.error().text + ".");
    const auto& own = chain->front();
    const auto key = crypto::sha256_hex(own.public_key);
    const auto& settings = context.situation.settings;
    if (!context.known.tls_keys.empty() && !std::ranges::contains(context.known.tls_keys, key))
        return error("other_server",
                     std::format("another server answers: its certificate, of '{}', is not this server's.",
                                 base::printable(own.subject, 200)));
    if (!valid_for(own, settings.hostname))
        return error("wrong_name", std::format("its certificate is not for '{}'.", settings.hostname.str()));
    if (now >= own.not_after) return error("expired", std::format("its certificate expired on {:%F}.", own.not_after));
    if (settings.tls_mode == settings::TlsMode::acme && own.subject == own.issuer)
        return error("self_signed", "its certificate is self-signed; that of the authority is not there yet.",
                     Severity::warning);
    return std::nullopt;
}

Finding smtp_finding(const Context& context, const MailServer& server, const Answered& shown, base::SystemTime now) {
    const auto address = server.address.str();
    const auto what = std::format("port 25 of '{}'", address);
    if (!shown && shown.error().kind == NoProof::unreachable)
        return {
            "reach.smtp",
            address,
            Severity::note,
            std::format("{} could not be reached from here ({}).\nThat may be this network only, and is so while the "
                        "server is stopped.",
                        what, shown.error().text),
            {},
            "unreachable"};
    if (!shown)
        return {"reach.smtp",
                address,
                Severity::error,
                std::format("ERROR: {}: no mail server with STARTTLS answers: {}.", what, shown.error().text),
                {},
                "no_tls"};
    if (auto fault = fault_of_certificate(context, *shown, now)) {
        fault->subject = address;
        fault->text.insert(fault->text.find(": ") + 2, what + ": ");
        return *fault;
    }
    return {"reach.smtp", address, Severity::ok, std::format("On {} this server answers, with its certificate.", what)};
}

Finding page_finding(const Context& context, const Page& page, const Answered& fetched) {
    if (page.id == "reach.bimi") return logo_finding(page, fetched);
    const bool policy = page.id == "reach.mta_sts";
    const auto what = policy ? "The MTA-STS policy" : "The page with the settings for mail programs";
    if (!fetched)
        return {page.id,
                page.subject,
                policy && fetched.error().kind == NoProof::refused ? Severity::warning : Severity::note,
                std::format("{} cannot be fetched: {}: {}.", what, page.url, base::printable(fetched.error().text)),
                {},
                fetched.error().kind == NoProof::unreachable ? "unreachable" : "refused"};
    const bool fits = policy ? *fetched == context.known.mta_sts_policy : fetched->contains(context.hostname());
    if (!fits)
        return {page.id,
                page.subject,
                Severity::warning,
                std::format("WARNING: {} is not this server's; another one answers at {}.", what, page.url),
                {},
                "wrong"};
    return {page.id, page.subject, Severity::ok, std::format("{} of '{}' is there.", what, page.subject)};
}

/// Providers close port 25 outwards; then mail waits in the queue for good.
std::optional<Finding> outbound_finding(const std::vector<MailServer>& tried, std::span<const Answered> answers) {
    if (tried.empty()) return std::nullopt;
    const auto reached = std::ranges::count_if(
        answers, [](const Answered& answer) { return answer || answer.error().kind == NoProof::refused; });
    if (reached > 0)
        return Finding{"reach.port25", "port 25", Severity::ok, "Mail servers of others can be reached on port 25."};
    return Finding{"reach.port25",
                   "port 25",
                   Severity::unknown,
                   std::format("ERROR: none of {} mail servers of others could be reached on port 25.\nMany hosting "
                               "providers close it until asked: without it no mail leaves.",
                               tried.size()),
                   {},
                   "unreachable"};
}

std::string_view list_meaning(std::string_view zone, std::string_view code) {
    // https://www.spamhaus.org/faqs/dnsbl-usage/
    if (zone != "zen.spamhaus.org") return "";
    if (code == "127.0.0.10" || code == "127.0.0.11") return ", as an address that shall not send mail itself (PBL)";
    if (code == "127.0.0.2" || code == "127.0.0.3" || code == "127.0.0.9") return ", as a sender of spam (SBL)";
    return ", as an infected machine (XBL)";
}

/// RFC 5782 §2.1, §2.4: the reversed address in the list's zone.
std::string list_name(const base::IpAddress& address, std::string_view zone) {
    const auto reverse = address.reverse_name();
    const std::string_view suffix = address.is_v4() ? ".in-addr.arpa" : ".ip6.arpa";
    return std::format("{}.{}", reverse.substr(0, reverse.size() - suffix.size()), zone);
}

Finding listing_finding(const Listing& listing, std::string_view code) {
    const auto& [list, address, codes, answered] = listing;
    if (!Listing::is_listing(code))
        return {"reach.blocklist",
                address,
                Severity::note,
                std::format("Blocklist {} does not tell us whether '{}' is on it ({}).", list, address, code),
                {},
                "refused"};
    return {"reach.blocklist",
            address,
            Severity::error,
            std::format("ERROR: '{}' is on the blocklist {} ({}{}).\nMany mail servers refuse its mail; its site says "
                        "how to get off.",
                        address, list, code, list_meaning(list, code)),
            {},
            "listed"};
}

}  // namespace

std::vector<Finding> check_proofs(const Context& context, const Prover& prover) {
    const auto own = own_servers(context), others = foreign_servers(context);
    const auto wanted = pages(context);
    Trials trials{.mail_servers = own, .pages = {}};
    trials.mail_servers.insert(trials.mail_servers.end(), others.begin(), others.end());
    for (const auto& page : wanted) trials.pages.push_back(page.url);
    const auto proofs = prover(trials);

    std::vector<Finding> findings;
    for (std::size_t i = 0; i < own.size(); ++i)
        findings.push_back(smtp_finding(context, own[i], proofs.certificates.at(i), proofs.now));
    for (std::size_t i = 0; i < wanted.size(); ++i)
        findings.push_back(page_finding(context, wanted[i], proofs.pages.at(i)));
    if (auto outbound = outbound_finding(others, std::span(proofs.certificates).subspan(own.size())))
        findings.push_back(std::move(*outbound));
    return findings;
}

bool Listing::is_listing(std::string_view code) {
    return code.starts_with("127.") && !code.starts_with("127.255.255.");
}

bool Listing::listed() const {
    return std::ranges::any_of(codes, is_listing);
}

std::vector<Listing> ask_blocklists(const Context& context) {
    const auto& settings = context.situation.settings;
    if (!settings.blocklists) return {};
    std::vector<std::string> zones{"zen.spamhaus.org"};
    for (const auto& zone : settings.blocklist_zones) zones.push_back(zone.str());
    std::vector<Listing> listings;
    std::vector<resolver::Question> questions;
    for (const auto& own : {context.own.v4, context.own.v6}) {
        if (!own || !in_use(*own)) continue;
        for (const auto& zone : zones) {
            listings.push_back({zone, own->address.str()});
            questions.push_back({list_name(own->address, zone), Type::A});
        }
    }
    const auto answers = context.asker.query(questions);
    for (std::size_t i = 0; i < listings.size(); ++i) {
        listings[i].codes = data_of(answers[i]);
        listings[i].answered = answers[i].answered();
    }
    return listings;
}

std::vector<Finding> blocklist_findings(const std::vector<Listing>& listings) {
    std::vector<Finding> findings;
    std::map<std::string, bool> clean;  // by address
    for (const auto& listing : listings) {
        for (const auto& code : listing.codes) findings.push_back(listing_finding(listing, code));
        const bool is_clean = listing.answered && listing.codes.empty();
        clean.emplace(listing.address, true).first->second &= is_clean;
    }
    for (const auto& [address, is_clean] : clean)
        if (is_clean)
            findings.push_back({"reach.blocklist", address, Severity::ok,
                                std::format("'{}' is on none of the blocklists asked.", address)});
    return findings;
}

}  // namespace dnscheck
