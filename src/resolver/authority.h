#pragma once
/// The name servers that are in charge of some names, found by delegation from above, as every resolver in the world
/// finds them; and a Resolver that asks each of them directly. So the answers are those of this moment, not what a
/// cache remembers; and it shows when servers do not agree, do not know the zone, or do not answer.
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/resolver.h"
#include "resolver/servers.h"

namespace resolver {

enum class ServerState {
    serves,
    lame,    ///< answers, but not for this zone
    silent,  ///< no answer
};

/// A name server at one of its addresses.
struct NameServer {
    std::string host;
    base::IpAddress address;
    ServerState state = ServerState::silent;
    std::string reason = {};  ///< of a lame one
    std::uint32_t serial = 0;
};

struct Zone {
    std::string apex;                    ///< "." is the root
    std::vector<std::string> delegated;  ///< the servers the zone above names, sorted
    std::vector<std::string> own;        ///< those the zone itself names, sorted; empty: nobody told
    std::vector<NameServer> servers;     ///< one an address; a family this machine does not have is left out

    bool is_served() const;
    bool has(std::string_view name) const;  ///< the name is the apex or below
};

/// What one name server has said.
struct Said {
    std::string host;
    std::uint32_t serial = 0;
    Answer answer;
};

class Authority final : public Resolver {
  public:
    /// `resolver` is asked for what no known zone has, and for the way to them. Both must outlive the object.
    Authority(Resolver& resolver, Servers& servers) : resolver_(resolver), servers_(servers) {}

    /// Finds the zones of these names, all at the same time. False when no name server could be asked at all: no way
    /// out on port 53, most likely.
    bool find(std::span<const std::string> names);

    const std::vector<Zone>& zones() const { return zones_; }

    /// Questions about the zones go to each of their servers; of answers that differ the newest zone's counts. What is
    /// delegated further, leads out of the zone, or nobody answers, is asked of the resolver.
    using Resolver::query;
    std::vector<Answer> query(std::span<const Question> questions) override;

    /// What each server said to a question that was asked; nothing for questions that went to the resolver.
    std::vector<Said> said(const Question& question) const;

  private:
    const Zone* zone_of(std::string_view name) const;
    std::optional<Answer> newest(const Question& question) const;

    Resolver& resolver_;
    Servers& servers_;
    std::vector<Zone> zones_;
    std::map<Question, std::vector<Said>> said_;
};

}  // namespace resolver
