#include "dnscheck/records.h"

#include <algorithm>
#include <format>
#include <optional>

#include "base/text.h"
#include "dkim/record.h"

namespace dnscheck {
namespace {

using base::Domain;
using resolver::Type;

/// All a row may look at.
struct Facts {
    const settings::Settings& settings;
    const Known& known;
    const OwnAddresses& own;

    const std::string& host() const { return settings.hostname.str(); }
    /// HOSTNAME is not also a mail domain.
    bool host_is_no_domain() const {
        return std::ranges::none_of(settings.domains(), [&](const Domain& domain) { return domain.str() == host(); });
    }
};

using Value = std::optional<std::string>;  ///< nothing: not known, or not wanted here

struct AddressRow {
    std::string_view id;
    Type type;
    std::string_view why;
    std::optional<OwnAddress> OwnAddresses::* address;  ///< the address the row is about
};

struct HostRow {
    std::string_view id;
    Type type;
    std::string_view why;
    std::string_view prefix;  ///< of the name, before HOSTNAME
    Value (*value)(const Facts&);
};

struct DomainRow {
    std::string_view id;
    Type type;
    bool required;
    std::string_view why;
    std::string_view prefix;  ///< of the name, before the domain
    Value (*value)(const Facts&, const Domain&);
};

/// A service of mail programs (RFC 6186, RFC 8314 §5.1, RFC 5804 §1.8). Programs take the lowest priority first.
struct ServiceRow {
    std::string_view name;
    unsigned priority, port;
    bool (*on)(const settings::Settings&);
};

std::string addresses_spf(const OwnAddresses& own) {
    std::string text;
    if (own.v4) text += " ip4:" + own.v4->address.str();
    if (own.v6) text += " ip6:" + own.v6->address.str();
    return text;
}

/// One look-up (mx) for the whole record; the addresses as well, so that a mistake in the MX does not stop our mail.
/// Where mail leaves through a provider, a record without his servers must not have it refused everywhere.
Value spf_value(const Facts& facts, const Domain&) {
    return "v=spf1 mx" + addresses_spf(facts.own) + (facts.settings.relay.host ? " ~all" : " -all");
}

Value host_spf_value(const Facts& facts) {
    if (!facts.host_is_no_domain()) return std::nullopt;
    return "v=spf1 a" + addresses_spf(facts.own) + " -all";
}

Value caa_value(const Facts& facts) {
    const auto issuer = caa_issuer(facts.settings);
    if (issuer.empty() || facts.settings.tls_mode != settings::TlsMode::acme) return std::nullopt;
    // RFC 8657: nobody but our account may get a certificate, and only by the way we use.
    auto text = std::format("0 issue \"{};validationmethods=http-01", issuer);
    if (!facts.known.acme_account.empty()) text += ";accounturi=" + facts.known.acme_account;
    return text + "\"";
}

Value dmarc_value(const Facts& facts, const Domain&) {
    return std::format("v=DMARC1; p=quarantine; sp=quarantine; adkim=r; aspf=r; rua=mailto:{}",
                       facts.settings.admin_account().str());
}

Value tls_report_value(const Facts& facts, const Domain&) {
    return std::format("v=TLSRPTv1; rua=mailto:{}", facts.settings.admin_account().str());
}

Value mta_sts_value(const Facts& facts, const Domain&) {
    return facts.known.mta_sts.empty() ? std::nullopt : Value(facts.known.mta_sts);
}

Value host_name(const Facts& facts, const Domain&) {
    return facts.host();
}

Value host_name_for_policy(const Facts& facts, const Domain&) {
    return facts.known.mta_sts.empty() ? std::nullopt : Value(facts.host());
}

Value logo_value(const Facts& facts, const Domain&) {
    if (facts.known.logo_url.empty()) return std::nullopt;
    return std::format("v=BIMI1; l={}; a={}", facts.known.logo_url, facts.settings.bimi_certificate_url);
}

constexpr std::string_view reverse_why = "Many mail servers refuse mail from an address whose reverse name is wrong.";

constexpr std::string_view sending_why = "Receivers look up the name this server gives itself when it sends.";

constexpr AddressRow address_rows[] = {
    {"host.a", Type::A, "Mail servers and mail programs find this server by it.", &OwnAddresses::v4},
    {"host.aaaa", Type::AAAA, "Mail servers and mail programs find this server by it over IPv6.", &OwnAddresses::v6},
    {"sending.a", Type::A, sending_why, &OwnAddresses::v4},
    {"sending.aaaa", Type::AAAA, sending_why, &OwnAddresses::v6},
    {"host.ptr.ipv4", Type::PTR, reverse_why, &OwnAddresses::v4},
    {"host.ptr.ipv6", Type::PTR, reverse_why, &OwnAddresses::v6},
};

constexpr HostRow host_rows[] = {
    {"host.spf", Type::TXT,
     "Bounces have no sender: receivers judge them by the name the server greets with, which is HOSTNAME.", "",
     host_spf_value},
    {"host.mx", Type::MX, "HOSTNAME is no mail domain; others need not try to deliver mail there.", "",
     [](const Facts& facts) { return facts.host_is_no_domain() ? Value("0 .") : std::nullopt; }},
    {"host.caa", Type::CAA, "No other certificate authority, and no other account there, may make a certificate.", "",
     caa_value},
};

constexpr DomainRow domain_rows[] = {
    {"domain.mx", Type::MX, true, "Other mail servers deliver the domain's mail to the host it names.", "",
     [](const Facts& facts, const Domain&) { return Value("10 " + facts.host()); }},
    {"domain.spf", Type::TXT, true, "It tells who may send mail for the domain: this server, and nobody else.", "",
     spf_value},
    {"domain.dmarc", Type::TXT, true, "It tells receivers what to do with forged mail, and where to send reports.",
     "_dmarc.", dmarc_value},
    {"domain.mta_sts", Type::TXT, false, "It announces the policy that mail comes only over verified TLS.", "_mta-sts.",
     mta_sts_value},
    {"domain.mta_sts.host", Type::CNAME, false, "Other mail servers fetch the policy (MTA-STS) there.", "mta-sts.",
     host_name_for_policy},
    {"domain.tls_report", Type::TXT, false, "Other mail servers report there when TLS with this one fails.",
     "_smtp._tls.", tls_report_value},
    {"domain.autoconfig", Type::CNAME, false, "Thunderbird and others find the settings of the account there.",
     "autoconfig.", host_name},
    {"domain.autodiscover", Type::CNAME, false, "Outlook and others find the settings of the account there.",
     "autodiscover.", host_name},
    {"domain.bimi", Type::TXT, false, "Some mail services show the logo beside the domain's mail.", "default._bimi.",
     logo_value},
};

bool always(const settings::Settings&) {
    return true;
}

constexpr ServiceRow service_rows[] = {
    {"_imaps._tcp.", 0, 993, always},
    {"_imap._tcp.", 10, 143, always},
    {"_submissions._tcp.", 0, 465, always},
    {"_submission._tcp.", 10, 587, always},
    {"_pop3s._tcp.", 20, 995, [](const settings::Settings& settings) { return settings.pop3; }},
    {"_pop3._tcp.", 30, 110, [](const settings::Settings& settings) { return settings.pop3; }},
    {"_sieve._tcp.", 0, 4190, [](const settings::Settings& settings) { return settings.managesieve; }},
};

void add_host_records(const Facts& facts, std::vector<Record>& records) {
    for (const auto& row : address_rows) {
        const auto& own = facts.own.*row.address;
        if (!own) continue;
        const auto address = own->address.str();
        // The reverse name is that which the server sends with; it need not be HOSTNAME.
        const auto& sending = facts.settings.helo_name().str();
        const bool reverse = row.type == Type::PTR, of_sending = row.id.starts_with("sending.");
        if (of_sending && sending == facts.host()) continue;
        const auto& name = of_sending ? sending : facts.host();
        records.push_back({std::string(row.id), reverse ? address : name, reverse ? own->address.reverse_name() : name,
                           row.type, reverse ? sending : address, std::string(row.why), in_use(*own)});
    }
    for (const auto& row : host_rows)
        if (auto value = row.value(facts))
            records.push_back({std::string(row.id), facts.host(), std::string(row.prefix) + facts.host(), row.type,
                               std::move(*value), std::string(row.why), false});
    // Without DNSSEC nobody believes these (RFC 7672 §2.1.1).
    if (!facts.known.hostname_signed) return;
    for (const auto& key : facts.known.tls_keys) records.push_back(tlsa_record(facts.settings.hostname, key));
}

std::string_view use_of(dkim::State state) {
    switch (state) {
        case dkim::State::announced:
            return "The next key to sign with; it takes over once its record is there.";
        case dkim::State::signing:
            return "Receivers verify the signature of the domain's mail with this key.";
        case dkim::State::retired:
            return "Mail signed with this key before may still be under way.";
    }
    return "";
}

void add_dkim_records(const Facts& facts, const Domain& domain, std::vector<Record>& records) {
    const auto keys = facts.known.dkim.find(domain);
    if (keys == facts.known.dkim.end()) return;
    for (const auto& [key, value] : keys->second)
        records.push_back({"domain.dkim", domain.str(), dkim::record_name(key.selector, domain), Type::TXT, value,
                           std::string(use_of(key.state)), key.state == dkim::State::signing});
}

void add_service_records(const Facts& facts, const Domain& domain, std::vector<Record>& records) {
    for (const auto& row : service_rows)
        records.push_back(
            {"domain.srv", domain.str(), std::string(row.name) + domain.str(), Type::SRV,
             row.on(facts.settings) ? std::format("{} 1 {} {}", row.priority, row.port, facts.host()) : "0 0 0 .",
             "Mail programs find the server and its ports by it.", false});
}

bool is_within(std::string_view name, std::string_view domain) {
    return name == domain || (name.ends_with(domain) && name[name.size() - domain.size() - 1] == '.');
}

void add_domain_records(const Facts& facts, const Domain& domain, std::vector<Record>& records) {
    for (const auto& row : domain_rows) {
        auto value = row.value(facts, domain);
        auto name = std::string(row.prefix) + domain.str();
        if (!value || (row.type == Type::CNAME && name == facts.host())) continue;
        records.push_back({std::string(row.id), domain.str(), std::move(name), row.type, std::move(*value),
                           std::string(row.why), row.required});
        if (row.id == "domain.spf") add_dkim_records(facts, domain, records);
    }
    add_service_records(facts, domain, records);
    // RFC 7489 §7.1: reports about one domain go to another only when that one agrees.
    const auto reports = facts.settings.admin_account().domain().str();
    if (!is_within(domain.str(), reports) && !is_within(reports, domain.str()))
        records.push_back({"domain.dmarc.reports", domain.str(), domain.str() + "._report._dmarc." + reports, Type::TXT,
                           "v=DMARC1", "It allows that reports about this domain are sent to " + reports + ".", false});
}

std::string quoted_strings(std::string_view text) {
    std::string result;
    for (std::size_t at = 0; at == 0 || at < text.size(); at += 255) {
        result += at == 0 ? "\"" : " \"";
        for (const char c : text.substr(at, 255)) {
            if (c == '"' || c == '\\') result += '\\';
            if (c < 0x20 || c > 0x7e)
                result += std::format("\\{:03}", static_cast<unsigned char>(c));
            else
                result += c;
        }
        result += '"';
    }
    return result;
}

}  // namespace

std::vector<Record> required_records(const settings::Settings& settings, const Known& known, const OwnAddresses& own) {
    const Facts facts{settings, known, own};
    std::vector<Record> records;
    add_host_records(facts, records);
    for (const auto& domain : settings.domains()) add_domain_records(facts, domain, records);
    return records;
}

Record tlsa_record(const base::Hostname& host, std::string_view key) {
    return {"host.tlsa",
            host.str(),
            "_25._tcp." + host.str(),
            Type::TLSA,
            "3 1 1 " + std::string(key),
            "Other mail servers verify this server's certificate by it (DANE).",
            false};
}

std::string caa_issuer(const settings::Settings& settings) {
    if (!settings.caa_issuer.empty()) return settings.caa_issuer;
    std::string_view rest = settings.acme_directory_url;
    if (const auto scheme = rest.find("://"); scheme != std::string_view::npos) rest.remove_prefix(scheme + 3);
    const auto host = base::lower(rest.substr(0, rest.find_first_of("/:")));
    return is_within(host, "letsencrypt.org") ? "letsencrypt.org" : "";
}

std::string zone_line(const Record& record) {
    std::string data = record.value;
    switch (record.type) {
        case Type::TXT:
            data = quoted_strings(record.value);
            break;
        case Type::MX:
        case Type::PTR:
        case Type::CNAME:
        case Type::NS:
        case Type::SRV:
            if (!data.ends_with('.')) data += '.';
            break;
        case Type::A:
        case Type::AAAA:
        case Type::SOA:
        case Type::TLSA:
        case Type::CAA:
            break;
    }
    return std::format("{}. {} IN {} {}", record.name, record.ttl, resolver::type_name(record.type), data);
}

std::string zone_text(std::span<const Record> records) {
    std::string text, heading;
    for (const auto& record : records) {
        if (record.subject != heading) text += std::format("{}; {}\n", text.empty() ? "" : "\n", record.subject);
        heading = record.subject;
        // The reverse zone is another one, mostly of somebody else.
        text += (record.type == Type::PTR ? "; at the owner of the address: " : "") + zone_line(record) + "\n";
    }
    return text;
}

}  // namespace dnscheck
