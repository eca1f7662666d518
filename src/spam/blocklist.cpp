#include "spam/blocklist.h"

#include <format>

namespace spam {
namespace {

std::string test_entry(std::string_view zone) {
    return std::format("2.0.0.127.{}", zone);
}

/// https://www.spamhaus.org/faqs/dnsbl-usage/: what 127.255.255.x means.
std::string_view meaning(std::string_view address) {
    if (address == "127.255.255.252") return "its name is mistyped";
    if (address == "127.255.255.254") return "it does not answer public resolvers; leave DNS_FORWARDERS empty";
    if (address == "127.255.255.255") return "this server, or the resolver it uses, asks too much";
    return "it refuses this server";
}

}  // namespace

std::string blocklist_fault(std::string_view zone, const resolver::Answer& answer) {
    for (const auto& address : answer.addresses)
        if (const auto text = address.str(); text.starts_with("127.255.255."))
            return std::format("blocklist {} does not answer us ({}): {}", zone, text, meaning(text));
    if (answer.answered() && answer.addresses.empty())
        return std::format("blocklist {} has no test entry: it is gone, or the resolver filters its answers", zone);
    return {};
}

std::vector<std::string> blocklist_faults(const std::vector<std::string>& zones, resolver::Resolver& resolver) {
    std::vector<resolver::Question> questions;
    for (const auto& zone : zones) questions.push_back({.name = test_entry(zone), .type = resolver::Type::A});
    const auto answers = resolver.query(questions);
    std::vector<std::string> faults;
    for (std::size_t index = 0; index < zones.size() && index < answers.size(); ++index)
        if (auto fault = blocklist_fault(zones[index], answers[index]); !fault.empty())
            faults.push_back(std::move(fault));
    return faults;
}

}  // namespace spam
