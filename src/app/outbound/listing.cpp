#include "app/outbound/listing.h"

#include <algorithm>
#include <format>

#include "base/text.h"
#include "json/json.h"

namespace app {
namespace {

using outbound::AccountState;
using outbound::HeldMail;

/// The first few, as a mail may have a thousand.
std::string some_of(const std::vector<queue::Recipient>& recipients) {
    constexpr std::size_t few = 3;
    std::string text;
    for (std::size_t i = 0; i < std::min(few, recipients.size()); ++i)
        text += (i == 0 ? "" : ", ") + base::printable(recipients[i].address, 100);
    return recipients.size() <= few ? text : text + std::format(" and {} more", recipients.size() - few);
}

json::Value to_json(const HeldMail& held) {
    json::Array recipients;
    for (const auto& recipient : held.mail.recipients) recipients.emplace_back(recipient.address);
    return json::object({{"queue_id", held.mail.id},
                         {"time", std::format("{:%FT%TZ}", held.mail.arrived)},
                         {"size", held.mail.size},
                         {"sender", held.mail.sender},
                         {"recipients", std::move(recipients)},
                         {"subject", held.subject},
                         {"why", held.why}});
}

}  // namespace

std::string moment(base::SystemTime time) {
    return std::format("{:%F %H:%M}", time);
}

std::string mails(std::size_t count) {
    return count == 1 ? "1 mail" : std::format("{} mails", count);
}

std::string outbound_text(const std::vector<AccountState>& accounts) {
    if (accounts.empty()) return "Nobody is stopped or trusted, and nothing is held.\n";
    std::string text;
    for (const auto& state : accounts) {
        text += state.account;
        if (state.trust)
            text +=
                state.trust->until ? std::format("  trusted until {} UTC", moment(*state.trust->until)) : "  trusted";
        if (state.stop) text += std::format("  stopped since {} UTC: {}", moment(state.stop->since), state.stop->why);
        text += state.held.empty() ? "\n" : std::format("  ({} held)\n", mails(state.held.size()));
        for (const auto& [mail, subject, why] : state.held)
            text += std::format(
                "    {}  {}  {:>8}  {} -> {}  \"{}\"{}\n", mail.id, moment(mail.arrived), base::human_size(mail.size),
                mail.sender.empty() ? "<>" : base::printable(mail.sender, 100), some_of(mail.recipients),
                base::printable(subject, 80), state.stop && state.stop->why == why ? "" : ", " + why);
    }
    return text;
}

std::string outbound_json(const std::vector<AccountState>& accounts) {
    json::Array all;
    for (const auto& state : accounts) {
        json::Array held;
        for (const auto& mail : state.held) held.push_back(to_json(mail));
        json::Value trusted = state.trust.has_value();
        if (state.trust && state.trust->until) trusted = std::format("{:%FT%TZ}", *state.trust->until);
        all.push_back(json::object(
            {{"account", state.account},
             {"stopped_since", state.stop ? json::Value(std::format("{:%FT%TZ}", state.stop->since)) : json::Value()},
             {"why", state.stop ? json::Value(state.stop->why) : json::Value()},
             {"trusted", trusted},
             {"held", std::move(held)}}));
    }
    return json::dump(json::object({{"accounts", std::move(all)}}), 2) + "\n";
}

}  // namespace app
