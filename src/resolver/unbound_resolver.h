#pragma once
/// The wall around libunbound: a Resolver that walks the DNS itself from the root servers, or asks forwarders, and
/// validates DNSSEC. It reads neither /etc/resolv.conf nor /etc/hosts and needs no running daemon. One thread uses an
/// object; libunbound's own thread does the network.
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/ip.h"
#include "resolver/resolver.h"

namespace resolver {

struct Forwarder {
    base::IpAddress address;
    std::uint16_t port = 53;
};

struct UnboundOptions {
    std::vector<Forwarder> forwarders;                 ///< empty: own recursion
    bool validate = true;                              ///< DNSSEC, from the root trust anchor
    std::chrono::milliseconds query_limit{6'000};      ///< for one call of query()
    std::chrono::milliseconds total_limit{20'000};     ///< for all calls together; after that each answer is timed_out
    std::string root_key = "/usr/share/dns/root.key";  ///< DNSKEY or DS records (Debian's dns-root-data)
    std::string root_hints = "/usr/share/dns/root.hints";  ///< without this file libunbound's built-in list counts
};

class UnboundResolver final : public Resolver {
  public:
    /// An error when the trust anchor is missing or libunbound refuses an option; asks nothing yet.
    static base::Result<UnboundResolver> create(const UnboundOptions& options);
    UnboundResolver(UnboundResolver&&) noexcept;
    UnboundResolver& operator=(UnboundResolver&&) noexcept;
    ~UnboundResolver() override;
    using Resolver::query;
    std::vector<Answer> query(std::span<const Question> questions) override;

  private:
    struct State;
    explicit UnboundResolver(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace resolver
