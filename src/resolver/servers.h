#pragma once
/// Name servers asked directly, without recursion: what each of them has, whatever resolvers remember. The real one is
/// CaresServers; tests use a table.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/ip.h"
#include "resolver/resolver.h"

namespace resolver {

struct ServerQuestion {
    base::IpAddress server;
    Question question;
};

/// "Ask those": the zone below has name servers of its own (RFC 1034 §4.2.1).
struct Referral {
    std::string zone;
    std::vector<std::string> servers;
    std::vector<std::pair<std::string, base::IpAddress>> glue;  ///< their addresses, as far as they came along
};

struct ServerAnswer {
    Answer answer;               ///< never `secure`: nothing is validated
    bool replied = false;        ///< anything came back, if only a refusal
    bool authoritative = false;  ///< it says that the zone is its own
    std::optional<Referral> referral = {};
    std::string apex = {};                     ///< of the zone it answers from, when the answer tells; "." is the root
    std::optional<std::uint32_t> serial = {};  ///< of that zone
};

class Servers {
  public:
    virtual ~Servers() = default;
    /// The answers in the order of the questions, all asked at the same time.
    virtual std::vector<ServerAnswer> ask(std::span<const ServerQuestion> questions) = 0;
};

}  // namespace resolver
