#include "resolver/authority.h"

#include <algorithm>
#include <set>

#include "resolver/delegation.h"

namespace resolver {
namespace {

constexpr std::size_t most_asked = 8;  ///< name servers of a zone that every question goes to

/// One address of each name server that serves.
std::vector<const NameServer*> askable(const Zone& zone) {
    std::vector<const NameServer*> servers;
    std::set<std::string_view> hosts;
    for (const auto& server : zone.servers)
        if (server.state == ServerState::serves && servers.size() < most_asked && hosts.insert(server.host).second)
            servers.push_back(&server);
    return servers;
}

/// RFC 1982 §3.2: serial numbers go round.
bool is_newer(std::uint32_t serial, std::uint32_t other) {
    return serial != other && static_cast<std::uint32_t>(serial - other) < 0x8000'0000u;
}

/// The answer is about the name itself, or an alias that ends in it.
bool is_complete(const Question& question, const Answer& answer) {
    return answer.status == Status::found || answer.canonical_name.empty() || answer.canonical_name == question.name;
}

}  // namespace

bool Zone::is_served() const {
    return std::ranges::any_of(servers, [](const NameServer& server) { return server.state == ServerState::serves; });
}

bool Zone::has(std::string_view name) const {
    return is_within(name, apex);
}

bool Authority::find(std::span<const std::string> names) {
    auto found = find_zones(names, resolver_, servers_);
    zones_ = std::move(found.zones);
    return found.any_reply;
}

const Zone* Authority::zone_of(std::string_view name) const {
    const Zone* nearest = nullptr;
    for (const auto& zone : zones_)
        if (zone.has(name) && (!nearest || zone.apex.size() > nearest->apex.size())) nearest = &zone;
    return nearest;
}

std::vector<Said> Authority::said(const Question& question) const {
    const auto known = said_.find(question);
    return known == said_.end() ? std::vector<Said>() : known->second;
}

std::optional<Answer> Authority::newest(const Question& question) const {
    const Said* best = nullptr;
    const auto known = said_.find(question);
    if (known == said_.end()) return std::nullopt;
    for (const auto& said : known->second)
        if (!best || is_newer(said.serial, best->serial)) best = &said;
    return best ? std::optional(best->answer) : std::nullopt;
}

std::vector<Answer> Authority::query(std::span<const Question> questions) {
    std::vector<ServerQuestion> asked;
    std::vector<const NameServer*> servers;
    for (const auto& question : questions)
        if (const auto* zone = zone_of(question.name); zone && !said_.contains(question))
            for (const auto* server : askable(*zone)) {
                asked.push_back({server->address, question});
                servers.push_back(server);
            }
    auto replies = servers_.ask(asked);
    for (std::size_t i = 0; i < asked.size(); ++i)
        if (replies[i].authoritative && replies[i].answer.answered())
            said_[asked[i].question].push_back(
                {servers[i]->host, replies[i].serial.value_or(servers[i]->serial), std::move(replies[i].answer)});

    std::vector<Answer> answers(questions.size());
    std::vector<Question> others;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < questions.size(); ++i) {
        auto answer = newest(questions[i]);
        if (answer && is_complete(questions[i], *answer)) {
            answers[i] = std::move(*answer);
            continue;
        }
        others.push_back(questions[i]);
        places.push_back(i);
    }
    if (others.empty()) return answers;
    auto resolved = resolver_.query(others);
    for (std::size_t i = 0; i < others.size(); ++i) answers[places[i]] = std::move(resolved[i]);
    return answers;
}

}  // namespace resolver
