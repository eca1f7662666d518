#include "dkim/ring.h"

#include <algorithm>
#include <format>

#include "json/json.h"

namespace dkim {
namespace {

std::optional<Algorithm> algorithm_called(std::string_view text) {
    if (text == name(Algorithm::rsa)) return Algorithm::rsa;
    if (text == name(Algorithm::ed25519)) return Algorithm::ed25519;
    return {};
}

std::optional<State> state_called(std::string_view text) {
    for (const auto state : {State::announced, State::signing, State::retired})
        if (text == name(state)) return state;
    return {};
}

/// A label has at most 63 octets (RFC 1035 §2.3.4).
constexpr std::size_t longest_beginning = 40;

}  // namespace

bool is_selector(std::string_view text) {
    return !text.empty() && text.size() <= 200 && !text.starts_with('.') && !text.contains("..") &&
           std::ranges::all_of(text, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                      c == '.';
           });
}

std::string_view name(Algorithm algorithm) {
    return algorithm == Algorithm::rsa ? "rsa" : "ed25519";
}

std::string_view name(State state) {
    switch (state) {
        case State::announced:
            return "announced";
        case State::signing:
            return "signing";
        case State::retired:
            return "retired";
    }
    return "";
}

const Key* Ring::find(std::string_view selector) const {
    const auto key = std::ranges::find(keys_, selector, &Key::selector);
    return key == keys_.end() ? nullptr : &*key;
}

Key* Ring::known(std::string_view selector) {
    const auto key = std::ranges::find(keys_, selector, &Key::selector);
    return key == keys_.end() ? nullptr : &*key;
}

bool Ring::has(Algorithm algorithm, State state) const {
    return std::ranges::any_of(keys_, [&](const Key& key) { return key.algorithm == algorithm && key.state == state; });
}

std::string Ring::free_selector(std::string begin, Algorithm algorithm) const {
    const std::string_view kind = algorithm == Algorithm::rsa ? "" : "-ed25519";
    std::string selector = std::format("{}{}", begin, kind);
    for (unsigned number = 2; find(selector) != nullptr; ++number)
        selector = std::format("{}-{}{}", begin, number, kind);
    return selector;
}

std::string Ring::free_selector(Algorithm algorithm) const {
    return free_selector(base_.substr(0, longest_beginning), algorithm);
}

std::string Ring::dated_selector(Algorithm algorithm, base::SystemTime now) const {
    return free_selector(std::format("{}-{:%Y%m%d}", base_.substr(0, longest_beginning), now), algorithm);
}

bool Ring::take_over(std::string_view selector, base::SystemTime now) {
    Key* const heir = known(selector);
    if (heir == nullptr) return false;
    for (Key& key : keys_) {
        if (key.algorithm != heir->algorithm || key.state != State::signing || &key == heir) continue;
        key.state = State::retired;
        key.since = now;
    }
    if (heir->state != State::signing) {
        heir->state = State::signing;
        heir->since = now;
    }
    return true;
}

bool Ring::announce_again(std::string_view selector, base::SystemTime now) {
    Key* const key = known(selector);
    if (key == nullptr) return false;
    key->state = State::announced;
    key->since = now;
    return true;
}

bool Ring::forget(base::SystemTime now) {
    return std::erase_if(
               keys_, [&](const Key& key) { return key.state == State::retired && now - key.since >= retirement; }) > 0;
}

std::string to_text(const Ring& ring) {
    auto keys = json::Value(json::Array{});
    for (const Key& key : ring.keys()) {
        keys.add(json::object({{"selector", key.selector},
                               {"algorithm", name(key.algorithm)},
                               {"state", name(key.state)},
                               {"since", std::int64_t{key.since.time_since_epoch().count()}}}));
    }
    return json::dump(json::object({{"base", ring.base()}, {"keys", keys}}), 2) + "\n";
}

base::Result<Ring> parse_ring(std::string_view text) {
    const auto value = json::parse(text);
    if (!value) return std::unexpected(value.error());
    Ring ring((*value)["base"].text());
    for (const auto& item : (*value)["keys"].items()) {
        const auto algorithm = algorithm_called(item["algorithm"].text());
        const auto state = state_called(item["state"].text());
        const auto& selector = item["selector"].text();
        if (!algorithm || !state || !is_selector(selector)) return base::fail("it has a key that makes no sense");
        ring.add({.selector = selector,
                  .algorithm = *algorithm,
                  .state = *state,
                  .since = base::SystemTime(std::chrono::seconds(item["since"].number()))});
    }
    if (!ring.has(Algorithm::rsa, State::signing)) return base::fail("no RSA key in it signs");
    return ring;
}

}  // namespace dkim
