#include "dnscheck/records.h"

#include <format>
#include <optional>

namespace dnscheck {
namespace {

using base::Domain;
using resolver::Type;

/// All a row may look at.
struct Facts {
    const settings::Settings& settings;
    const DkimValues& dkim;
    const OwnAddresses& own;
};

struct HostRow {
    std::string_view id;
    Type type;
    std::string_view why;
    std::optional<OwnAddress> OwnAddresses::* address;  ///< the address the row is about
    std::string (*name)(const Facts&, const base::IpAddress&);
    std::string (*value)(const Facts&, const base::IpAddress&);
};

struct DomainRow {
    std::string_view id;
    Type type;
    std::string_view why;
    std::string (*name)(const Facts&, const Domain&);
    std::optional<std::string> (*value)(const Facts&, const Domain&);  ///< nothing: not known yet
};

std::string hostname(const Facts& facts, const base::IpAddress&) {
    return facts.settings.hostname.str();
}
std::string helo_name(const Facts& facts, const base::IpAddress&) {
    return facts.settings.helo_name().str();
}
std::string address_text(const Facts&, const base::IpAddress& address) {
    return address.str();
}
std::string reverse_name(const Facts&, const base::IpAddress& address) {
    return address.reverse_name();
}
std::string same_name(const Facts&, const Domain& domain) {
    return domain.str();
}

/// One look-up (mx) for the whole record; the addresses as well, so that a mistake in the MX does not stop our mail.
std::optional<std::string> spf_value(const Facts& facts, const Domain&) {
    std::string value = "v=spf1 mx";
    if (facts.own.v4) value += " ip4:" + facts.own.v4->address.str();
    if (facts.own.v6) value += " ip6:" + facts.own.v6->address.str();
    return value + " -all";
}

std::optional<std::string> dkim_value(const Facts& facts, const Domain& domain) {
    const auto found = facts.dkim.find(domain);
    return found == facts.dkim.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::string> dmarc_value(const Facts& facts, const Domain&) {
    return std::format("v=DMARC1; p=quarantine; sp=quarantine; adkim=r; aspf=r; rua=mailto:{}",
                       facts.settings.admin_account().str());
}

constexpr HostRow host_rows[] = {
    {"host.a", Type::A, "Mail servers and mail programs find this server by it.", &OwnAddresses::v4, hostname,
     address_text},
    {"host.aaaa", Type::AAAA, "Mail servers and mail programs find this server by it over IPv6.", &OwnAddresses::v6,
     hostname, address_text},
    {"sending.a", Type::A, "Receivers look up the name this server gives itself when it sends.", &OwnAddresses::v4,
     helo_name, address_text},
    {"sending.aaaa", Type::AAAA, "Receivers look up the name this server gives itself when it sends.",
     &OwnAddresses::v6, helo_name, address_text},
    {"host.ptr.ipv4", Type::PTR, "Many mail servers refuse mail from an address whose reverse name is wrong.",
     &OwnAddresses::v4, reverse_name, helo_name},
    {"host.ptr.ipv6", Type::PTR, "Many mail servers refuse mail from an address whose reverse name is wrong.",
     &OwnAddresses::v6, reverse_name, helo_name},
};

constexpr DomainRow domain_rows[] = {
    {"domain.mx", Type::MX, "Other mail servers deliver the domain's mail to the host it names.", same_name,
     [](const Facts& facts, const Domain&) { return std::optional("10 " + facts.settings.hostname.str()); }},
    {"domain.spf", Type::TXT, "It tells who may send mail for the domain: this server, and nobody else.", same_name,
     spf_value},
    {"domain.dkim", Type::TXT, "Receivers verify the signature of the domain's mail with this key.",
     [](const Facts& facts, const Domain& domain) { return dkim_name(facts.settings, domain); }, dkim_value},
    {"domain.dmarc", Type::TXT, "It tells receivers what to do with forged mail, and where to send reports.",
     [](const Facts&, const Domain& domain) { return "_dmarc." + domain.str(); }, dmarc_value},
};

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

std::vector<Record> required_records(const settings::Settings& settings, const DkimValues& dkim,
                                     const OwnAddresses& own) {
    const Facts facts{settings, dkim, own};
    std::vector<Record> records;
    for (const auto& row : host_rows) {
        const auto& address = own.*row.address;
        const bool about_sending = row.id.starts_with("sending.");
        if (!address || (about_sending && settings.helo_name().str() == settings.hostname.str())) continue;
        const auto host = about_sending ? settings.helo_name().str() : settings.hostname.str();
        const auto subject = row.type == Type::PTR ? address->address.str() : host;
        records.push_back({std::string(row.id), subject, row.name(facts, address->address), row.type,
                           row.value(facts, address->address), std::string(row.why), in_use(*address)});
    }
    for (const auto& domain : settings.domains())
        for (const auto& row : domain_rows)
            if (auto value = row.value(facts, domain))
                records.push_back({std::string(row.id), domain.str(), row.name(facts, domain), row.type,
                                   std::move(*value), std::string(row.why)});
    return records;
}

std::string dkim_name(const settings::Settings& settings, const Domain& domain) {
    return settings.dkim_key_selector + "._domainkey." + domain.str();
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
            data += '.';
            break;
        case Type::A:
        case Type::AAAA:
        case Type::TLSA:
        case Type::SOA:
            break;
    }
    return std::format("{}. {} IN {} {}", record.name, record.ttl, resolver::type_name(record.type), data);
}

}  // namespace dnscheck
