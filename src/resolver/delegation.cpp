#include "resolver/delegation.h"

#include <algorithm>
#include <map>
#include <set>

namespace resolver {
namespace {

constexpr int most_steps = 8;               ///< zones one below the other
constexpr std::size_t most_hosts = 8;       ///< name servers of one zone
constexpr std::size_t most_addresses = 16;  ///< of all of them

struct Server {
    std::string host;
    base::IpAddress address;
};

/// The way to one name.
struct Walk {
    std::string name;
    std::string zone;  ///< as far as it came
    std::vector<std::string> hosts = {};
    std::vector<Server> servers = {};
    bool arrived = false, failed = false;
    bool is_open() const { return !arrived && !failed; }
};

std::string_view last_label(std::string_view name) {
    const auto dot = name.rfind('.');
    return dot == std::string_view::npos ? name : name.substr(dot + 1);
}

std::vector<std::string> sorted(std::vector<std::string> names) {
    std::ranges::sort(names);
    names.erase(std::ranges::unique(names).begin(), names.end());
    return names;
}

class Search {
  public:
    Search(Resolver& resolver, Servers& servers) : resolver_(resolver), servers_(servers) {}

    Found run(std::span<const std::string> names) {
        for (const auto& name : names) walks_.push_back({.name = name, .zone = std::string(last_label(name))});
        begin();
        for (int step = 0; step < most_steps && std::ranges::any_of(walks_, &Walk::is_open); ++step) {
            look_up_addresses();
            descend();
        }
        look_up_addresses();
        collect();
        return std::move(found_);
    }

  private:
    /// The top-level domain, or in a private network without one the root.
    void begin() {
        std::vector<Question> questions{{".", Type::NS}};
        for (const auto& walk : walks_) questions.push_back({walk.zone, Type::NS});
        const auto answers = resolver_.query(questions);
        for (std::size_t i = 0; i < walks_.size(); ++i) {
            auto& walk = walks_[i];
            const bool is_zone = answers[i + 1].status == Status::found;
            const auto& answer = is_zone ? answers[i + 1] : answers[0];
            if (!is_zone) walk.zone = ".";
            walk.hosts = sorted(answer.names);
            walk.failed = answer.status != Status::found;
        }
    }

    void limit(std::vector<std::string>& hosts) { hosts.resize(std::min(hosts.size(), most_hosts)); }

    /// Those that came with no referral, for all walks at once.
    void look_up_addresses() {
        std::vector<Question> questions;
        for (auto& walk : walks_) {
            if (walk.failed || !walk.servers.empty()) continue;
            limit(walk.hosts);
            for (const auto& host : walk.hosts)
                for (const auto type : {Type::A, Type::AAAA}) questions.push_back({host, type});
        }
        const auto answers = questions.empty() ? std::vector<Answer>() : resolver_.query(questions);
        std::size_t next = 0;
        for (auto& walk : walks_) {
            if (walk.failed || !walk.servers.empty()) continue;
            for (const auto& host : walk.hosts)
                for (int family = 0; family < 2; ++family)
                    for (const auto& address : answers[next++].addresses)
                        if (walk.servers.size() < most_addresses) walk.servers.push_back({host, address});
        }
    }

    void descend() {
        std::vector<ServerQuestion> questions;
        std::vector<Walk*> askers;
        for (auto& walk : walks_) {
            // Four are enough for the way; those at its end are all tried.
            const auto count = walk.is_open() ? std::min<std::size_t>(walk.servers.size(), 4) : 0;
            for (std::size_t i = 0; i < count; ++i) {
                questions.push_back({walk.servers[i].address, {walk.name, Type::SOA}});
                askers.push_back(&walk);
            }
        }
        const auto answers = servers_.ask(questions);
        for (auto& walk : walks_) {
            if (!walk.is_open()) continue;
            walk.failed = true;
            // The end of the way, should nobody help: its servers are then tried one by one.
            if (walk.zone != "." && walk.zone.contains('.')) walk.arrived = true, walk.failed = false;
            for (std::size_t i = 0; i < answers.size(); ++i)
                if (askers[i] == &walk && follow(walk, answers[i], questions[i].server)) break;
        }
    }

    /// True when the answer shows the way.
    bool follow(Walk& walk, const ServerAnswer& answer, const base::IpAddress& from) {
        found_.any_reply |= answer.authoritative || answer.referral;
        if (answer.authoritative && answer.answer.answered()) {
            walk.arrived = true, walk.failed = false;
            // Some serve the zone above and the zone itself.
            if (is_within(walk.name, answer.apex) && answer.apex != walk.zone) enter(walk, answer.apex, from);
            return true;
        }
        const auto& referral = answer.referral;
        if (!referral || referral->zone == walk.zone || !is_within(walk.name, referral->zone) ||
            !is_within(referral->zone, walk.zone))
            return false;
        walk.arrived = walk.failed = false;
        walk.zone = referral->zone;
        walk.hosts = sorted(referral->servers);
        walk.servers.clear();
        limit(walk.hosts);
        const bool complete = std::ranges::all_of(walk.hosts, [&](const std::string& host) {
            return std::ranges::any_of(referral->glue, [&](const auto& glue) { return glue.first == host; });
        });
        if (!complete) return true;  // all of them are looked up
        for (const auto& [host, address] : referral->glue)
            if (std::ranges::contains(walk.hosts, host) && walk.servers.size() < most_addresses)
                walk.servers.push_back({host, address});
        return true;
    }

    /// The zone's own list of servers, from one of them.
    void enter(Walk& walk, const std::string& apex, const base::IpAddress& from) {
        walk.zone = apex;
        const ServerQuestion question{from, {apex, Type::NS}};
        const auto answer = servers_.ask(std::span(&question, 1)).front();
        if (answer.answer.status != Status::found) return;
        walk.hosts = sorted(answer.answer.names);
        walk.servers.clear();
    }

    /// Each zone once, and each of its servers asked for it.
    void collect() {
        for (const auto& walk : walks_) {
            const auto known =
                std::ranges::any_of(found_.zones, [&](const Zone& zone) { return zone.apex == walk.zone; });
            if (!walk.arrived || known) continue;
            Zone zone{.apex = walk.zone, .delegated = walk.hosts, .own = {}, .servers = {}};
            for (const auto& server : walk.servers) zone.servers.push_back({server.host, server.address});
            found_.zones.push_back(std::move(zone));
        }
        try_servers();
        leave_out_missing_family();
    }

    void try_servers() {
        std::vector<ServerQuestion> questions;
        for (const auto& zone : found_.zones)
            for (const auto& server : zone.servers)
                for (const auto type : {Type::SOA, Type::NS}) questions.push_back({server.address, {zone.apex, type}});
        const auto answers = servers_.ask(questions);
        std::size_t next = 0;
        for (auto& zone : found_.zones)
            for (auto& server : zone.servers) {
                const auto &soa = answers[next++], &names = answers[next++];
                judge(server, soa);
                if (names.authoritative && zone.own.empty()) zone.own = sorted(names.answer.names);
            }
    }

    static void judge(NameServer& server, const ServerAnswer& answer) {
        if (!answer.replied) return;
        const bool serves = answer.authoritative && answer.answer.status == Status::found;
        server.state = serves ? ServerState::serves : ServerState::lame;
        server.serial = answer.serial.value_or(0);
        if (!serves)
            server.reason = !answer.answer.reason.empty() ? answer.answer.reason
                            : answer.authoritative        ? "it says that the zone does not exist"
                                                          : "it is not in charge of the zone";
    }

    /// Without IPv6 here, no server is to blame for not answering over it.
    void leave_out_missing_family() {
        for (const bool v4 : {true, false}) {
            const auto answers = [&](bool family) {
                return std::ranges::any_of(found_.zones, [&](const Zone& zone) {
                    return std::ranges::any_of(zone.servers, [&](const NameServer& server) {
                        return server.address.is_v4() == family && server.state != ServerState::silent;
                    });
                });
            };
            if (answers(v4) || !answers(!v4)) continue;
            for (auto& zone : found_.zones)
                std::erase_if(zone.servers, [v4](const NameServer& server) { return server.address.is_v4() == v4; });
        }
    }

    Resolver& resolver_;
    Servers& servers_;
    std::vector<Walk> walks_;
    Found found_;
};

}  // namespace

Found find_zones(std::span<const std::string> names, Resolver& resolver, Servers& servers) {
    return Search(resolver, servers).run(names);
}

bool is_within(std::string_view name, std::string_view zone) {
    return zone == "." || name == zone ||
           (!zone.empty() && name.ends_with(zone) && name.size() > zone.size() &&
            name[name.size() - zone.size() - 1] == '.');
}

}  // namespace resolver
