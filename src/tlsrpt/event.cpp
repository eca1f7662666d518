#include "tlsrpt/event.h"

#include <algorithm>

#include "base/address.h"
#include "base/text.h"

namespace tlsrpt {
namespace {

constexpr std::size_t most_policies = 8, most_failures = 8, most_lines = 100;
constexpr std::size_t longest_text = 300;  // a domain in a policy-string

std::string text(const json::Value& value) {
    return base::printable(value.text(), longest_text);
}

/// RFC 8460 §4.2: "policy-type".
std::string_view policy_type(std::int64_t code) {
    return code == 1 ? "tlsa" : code == 2 ? "sts" : code == 9 ? "no-policy-found" : "";
}

/// RFC 8460 §4.3; the numbers are those of tlsrpt.h.
std::string_view result_type(std::int64_t code) {
    switch (code) {
        case 201:
            return "starttls-not-supported";
        case 202:
            return "certificate-host-mismatch";
        case 203:
            return "certificate-not-trusted";
        case 204:
            return "certificate-expired";
        case 301:
            return "sts-policy-fetch-error";
        case 302:
            return "sts-policy-invalid";
        case 303:
            return "sts-webpki-invalid";
        case 304:
            return "tlsa-invalid";
        case 305:
            return "dnssec-invalid";
        case 306:
            return "dane-required";
        default:
            return "validation-failure";
    }
}

void add_lines(Policy& policy, std::string_view name, const json::Value& source) {
    auto lines = json::array();
    for (std::size_t i = 0; i < std::min(source.items().size(), most_lines); ++i) lines.add(text(source.items()[i]));
    if (!lines.items().empty()) policy.set(name, std::move(lines));
}

base::Result<Policy> policy_from(const json::Value& source, const std::string& domain) {
    const auto type = policy_type(source["policy-type"].number());
    if (type.empty()) return base::fail("its policy is of an unknown type");
    auto policy = json::object({{"policy-type", type}});
    add_lines(policy, "policy-string", source["policy-string"]);
    const auto policy_domain = base::Domain::parse(source["policy-domain"].text());
    policy.set("policy-domain", policy_domain ? policy_domain->str() : domain);
    add_lines(policy, "mx-host", source["mx-host"]);
    return policy;
}

/// The name in an EHLO reply, which comes with all its lines.
std::string helo(const json::Value& source) {
    std::string_view line = source.text();
    line = line.substr(0, line.find_first_of("\r\n"));
    if (line.size() > 4 && (line[3] == '-' || line[3] == ' ')) line.remove_prefix(4);
    return base::printable(line.substr(0, line.find(' ')), longest_text);
}

Failure failure_from(const json::Value& source) {
    auto failure = json::object({{"result-type", result_type(source["c"].number())}});
    const auto add = [&](std::string_view name, std::string value) {
        if (!value.empty()) failure.set(name, std::move(value));
    };
    add("sending-mta-ip", text(source["s"]));
    add("receiving-mx-hostname", text(source["n"]));
    add("receiving-mx-helo", helo(source["h"]));
    add("receiving-ip", text(source["r"]));
    add("additional-information", text(source["a"]));
    add("failure-reason-code", text(source["f"]));
    return failure;
}

}  // namespace

base::Result<std::vector<Event>> parse_datagram(std::string_view datagram) {
    const auto value = json::parse(datagram);
    if (!value) return std::unexpected(value.error());
    // libtlsrpt tells the version since 0.5.1; Debian has the one before, and its datagrams are the same.
    if (value->has("dpv") && (*value)["dpv"].text() != "1") return base::fail("it is not of version 1");
    const auto domain = base::Domain::parse((*value)["d"].text());
    if (!domain) return base::context("its domain", domain.error());
    std::vector<Event> events;
    const auto& policies = (*value)["policies"].items();
    for (std::size_t i = 0; i < std::min(policies.size(), most_policies); ++i) {
        const auto policy = policy_from(policies[i], domain->str());
        if (!policy) return std::unexpected(policy.error());
        const auto& failures = policies[i]["failure-details"].items();
        for (std::size_t j = 0; j < std::min(failures.size(), most_failures); ++j)
            events.push_back({.domain = domain->str(), .policy = *policy, .failure = failure_from(failures[j])});
        const bool failed = policies[i]["f"].number() != 0;
        if (failures.empty())
            events.push_back({.domain = domain->str(),
                              .policy = *policy,
                              .failure = failed ? std::optional(failure_from({})) : std::nullopt});
    }
    return events;
}

Event policy_failure(std::string_view domain, std::string_view result) {
    return {.domain = std::string(domain),
            .policy = json::object({{"policy-type", "sts"}, {"policy-domain", domain}}),
            .failure = json::object({{"result-type", result}})};
}

}  // namespace tlsrpt
