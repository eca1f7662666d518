#pragma once
/// A Resolver that asks the container's own Unbound and believes what it says about DNSSEC, as Postfix does: both then
/// have one view of the DNS, trust anchors and the operator's overrides included. Any number of threads may use one.
#include <chrono>
#include <cstdint>
#include <span>

#include "resolver/resolver.h"

namespace resolver {

/// What a message from a name server says to `question`. `secure` is its AD flag (RFC 4035 §3.2.3), which counts only
/// for a server on this machine that validates.
Answer read_message(const Question& question, std::span<const std::uint8_t> message);

class StubResolver final : public Resolver {
  public:
    /// `limit` is for one question.
    explicit StubResolver(std::chrono::seconds limit) : limit_(limit) {}
    using Resolver::query;
    std::vector<Answer> query(std::span<const Question> questions) override;

  private:
    std::chrono::seconds limit_;
};

}  // namespace resolver
