#pragma once
/// Gets one certificate: our own check, account, order, challenge, certificate (RFC 8555 §7). Whether and when it is
/// time for that is plan.h's matter; who calls is the Keeper.
#include <chrono>
#include <expected>
#include <functional>
#include <optional>
#include <stop_token>

#include "acme/challenge_responses.h"
#include "acme/client.h"
#include "base/clock.h"
#include "certs/pair.h"
#include "certs/plan.h"
#include "certs/source.h"
#include "certs/state.h"
#include "net/http_client.h"
#include "resolver/resolver.h"

namespace certs {

/// Waits; false when the stop was asked for meanwhile.
using Pause = std::function<bool(std::chrono::seconds, const std::stop_token&)>;

/// What the folder needs from outside. All must outlive who gets them.
struct Outside {
    net::HttpClient& http;
    resolver::Resolver& resolver;
    acme::ChallengeResponses& responses;
    const base::Clock& clock;
    std::function<double()> random;  ///< in [0, 1)
    Pause pause;
    std::function<TlsaView(const std::string& next_key)> tlsa = {};  ///< of HOSTNAME; without it keys stay
};

/// The real Pause.
bool pause(std::chrono::seconds time, const std::stop_token& stop);

struct NotIssued {
    base::Error error;
    Spent spent = Spent::request;
    std::optional<std::chrono::seconds> retry_after = std::nullopt;
};

/// Notes what must survive a kill in the middle.
using SaveState = std::function<void(const State&)>;

/// A new certificate for HOSTNAME, for the next key (keys.h) when the state says so. `replaced` is the one in use when
/// this is a renewal. Writes only keys (keys.h) and,
/// through `save`, `state`; installing is the caller's.
std::expected<Pair, NotIssued> issue(const Options& options, const Outside& outside, State& state,
                                     const SaveState& save, const std::optional<crypto::Certificate>& replaced,
                                     const std::stop_token& stop);

}  // namespace certs
