#include <algorithm>
#include <format>

#include "base/text.h"
#include "dnscheck/checks.h"

namespace dnscheck {
namespace {

using resolver::Answer;
using resolver::Status;
using resolver::Type;

/// What differs between IPv4 and IPv6 in the words and ids.
struct Family {
    std::string_view name;  ///< "IPv4"
    std::string_view setting;
    std::string_view address_id, reverse_id;
    Type type;
    const std::optional<OwnAddress>& own;
};

/// A missing or wrong record: an error when it is required, else a warning.
Finding wrong(const Context& context, std::string_view id, const std::string& subject, std::string_view what,
              std::string cause) {
    const auto record = context.record(id, subject);
    const bool required = !record || record->required;
    Finding finding{std::string(id),
                    subject,
                    required ? Severity::error : Severity::warning,
                    std::format("{}: {}", required ? "ERROR" : "WARNING", what),
                    {},
                    std::move(cause)};
    if (record) finding.records.push_back(*record);
    return finding;
}

std::vector<std::string> texts(const std::vector<base::IpAddress>& addresses) {
    std::vector<std::string> result;
    for (const auto& address : addresses) result.push_back(address.str());
    return result;
}

Finding check_address(const Context& context, const Family& family, const Answer& answer) {
    const auto& host = context.hostname();
    const auto type = resolver::type_name(family.type);
    const std::string id(family.address_id);
    if (!answer.answered()) return lookup_failed(id, host, "", host, family.type, answer);
    const auto own = family.own->address.str();
    const auto remedy =
        std::format("To mitigate please create an {} record for '{}' that points to '{}'.", type, host, own);
    if (answer.addresses.empty())
        return wrong(context, id, host, std::format("there is no {} record for '{}'!\n{}", type, host, remedy),
                     "missing");
    if (!std::ranges::contains(answer.addresses, family.own->address)) {
        const auto label = family.type == Type::A ? "IP" : "IPv6";
        return wrong(context, id, host,
                     std::format("{0} record of '{1}' points to the wrong {2}!\n"
                                 "This host has public {2} '{3}' but {0} record of\n'{1}' points to {4}.\n{5}",
                                 type, host, label, own, quoted_list(texts(answer.addresses)), remedy),
                     "wrong");
    }
    return {id, host, Severity::ok, std::format("DNS record for '{}' points to our public ip '{}'.", host, own)};
}

/// HOSTNAME has other addresses beside ours: mail for us may go there.
std::optional<Finding> check_other_addresses(const Context& context, const Family& family, const Answer& answer) {
    const auto& interfaces = context.situation.interfaces;
    std::vector<base::IpAddress> others;
    std::ranges::copy_if(answer.addresses, std::back_inserter(others), [&](const auto& address) {
        return address != family.own->address && !std::ranges::contains(interfaces, address);
    });
    if (others.empty() || !family.own->published) return std::nullopt;
    return Finding{std::string(family.address_id) + ".other",
                   context.hostname(),
                   Severity::warning,
                   std::format("WARNING: '{}' also points to {}, which is no address of this host as far as we know.",
                               context.hostname(), quoted_list(texts(others))),
                   {},
                   "wrong"};
}

/// SENDING_FQDN is a name of its own: it must lead back here, too.
Finding check_sending_name(const Context& context, const Family& family, const Answer& answer) {
    const auto& host = context.situation.settings.helo_name().str();
    const auto id = std::string(family.type == Type::A ? "sending.a" : "sending.aaaa");
    const auto own = family.own->address.str();
    if (!answer.answered()) return lookup_failed(id, host, "", host, family.type, answer);
    if (!std::ranges::contains(answer.addresses, family.own->address))
        return wrong(context, id, host,
                     std::format("'{}', the name this server sends with (SENDING_FQDN), does not point to its {} '{}'!",
                                 host, family.name, own),
                     answer.addresses.empty() ? "missing" : "wrong");
    return {id, host, Severity::ok, std::format("The name to send with, '{}', points to '{}'.", host, own)};
}

Finding check_reverse(const Context& context, const Family& family, const Answer& forward) {
    const auto& host = context.situation.settings.helo_name().str();
    const auto own = family.own->address.str();
    const std::string id(family.reverse_id);
    const auto name = family.own->address.reverse_name();
    const auto answer = context.asker.query(name, Type::PTR);
    if (!answer.answered()) return lookup_failed(id, own, "", own, Type::PTR, answer);
    const auto remedy = std::format(
        "To mitigate please create a PTR record for '{}' to '{}'.\n"
        "This is done where the address comes from: at the server's provider, not in your own zone.",
        own, host);
    if (answer.names.empty())
        return wrong(context, id, own,
                     std::format("there is no PTR record for server public ip '{}'!\n{}", own, remedy), "missing");
    if (!std::ranges::contains(answer.names, host))
        return wrong(context, id, own,
                     std::format("PTR record of server public ip '{}' points to the wrong host name!\n"
                                 "The PTR record points to {} but the server host name is '{}'.\n{}",
                                 own, quoted_list(answer.names), host, remedy),
                     "wrong");
    if (forward.answered() && !family.own->published) {
        // Receivers ask both ways; the record to change is HOSTNAME's, and its own check says so.
        return {id,
                own,
                Severity::warning,
                std::format("WARNING: PTR record of server public ip '{}' points to '{}', but that name does not "
                            "point back.",
                            own, host),
                {},
                "wrong"};
    }
    return {id, own, Severity::ok, std::format("Reverse DNS PTR for IP '{}' points to '{}'.", own, host)};
}

/// Says where the address comes from when it proves nothing.
std::optional<Finding> check_source(const Context& context, const Family& family, const Answer& forward) {
    const bool v4 = family.type == Type::A;
    const auto& host = context.hostname();
    if (family.own && family.own->source == AddressSource::dns)
        return Finding{
            std::string(family.address_id) + ".source",
            host,
            Severity::warning,
            std::format("WARNING: no network interface of this host is known to have the {0} address '{1}' of "
                        "'{2}'.\nBehind NAT that is normal; nothing but the DNS itself says that it is ours.\n"
                        "Set {3} in settings.env to the address the server has on the internet.",
                        family.name, family.own->address.str(), host, family.setting),
            {},
            "unproven"};
    if (family.own || !v4) return std::nullopt;
    if (!forward.answered()) return lookup_failed("host.a", host, "", host, family.type, forward);
    // A server may live on IPv6 alone, though few could write to it.
    const bool other = context.own.v6.has_value();
    return Finding{"host.a",
                   host,
                   other ? Severity::warning : Severity::error,
                   std::format("{}: Unable to determine server's public IP.\nNo network interface of this host has a "
                               "public IPv4 address, and '{}' has no A record.\nSet PUBLIC_IPV4 in settings.env.",
                               other ? "WARNING" : "ERROR", host),
                   {},
                   "missing"};
}

std::optional<Finding> check_alias(const Context& context) {
    const auto& host = context.hostname();
    const auto answer = context.asker.query(host, Type::A);
    if (!answer.answered() || answer.canonical_name.empty() || answer.canonical_name == host) return std::nullopt;
    Finding finding{"host.alias",
                    host,
                    Severity::error,
                    std::format("ERROR: '{}' is an alias (CNAME) of '{}'.\n"
                                "An MX record must name a host that has its own address records (RFC 2181 §10.3).\n"
                                "To mitigate please replace the CNAME by the records below.",
                                host, base::printable(answer.canonical_name, 300)),
                    {},
                    "alias"};
    for (const auto* id : {"host.a", "host.aaaa"})
        if (auto record = context.record(id, host)) finding.records.push_back(std::move(*record));
    return finding;
}

}  // namespace

std::vector<Finding> check_host_records(const Context& context) {
    const auto& host = context.hostname();
    const Family families[] = {
        {"IPv4", "PUBLIC_IPV4", "host.a", "host.ptr.ipv4", Type::A, context.own.v4},
        {"IPv6", "PUBLIC_IPV6", "host.aaaa", "host.ptr.ipv6", Type::AAAA, context.own.v6},
    };
    std::vector<Finding> findings;
    for (const auto& family : families) {
        const auto answer = context.asker.query(host, family.type);
        if (auto source = check_source(context, family, answer)) findings.push_back(std::move(*source));
        if (!family.own) continue;
        findings.push_back(check_address(context, family, answer));
        if (auto others = check_other_addresses(context, family, answer)) findings.push_back(std::move(*others));
        const auto& sending = context.situation.settings.helo_name().str();
        const bool other_name = sending != host;
        const auto forward = other_name ? context.asker.query(sending, family.type) : answer;
        if (other_name) findings.push_back(check_sending_name(context, family, forward));
        findings.push_back(check_reverse(context, family, forward));
    }
    if (auto alias = check_alias(context)) findings.push_back(std::move(*alias));
    return findings;
}

}  // namespace dnscheck
