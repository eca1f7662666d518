#pragma once
/// The life cycle of a domain's DKIM keys. A key is announced first: it exists and its record can be published, but
/// nothing is signed with it. It takes over once the world can see its record. The key before it retires: its record
/// stays in the DNS until no mail that it signed is under way any more. Pure.
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"

namespace dkim {

/// RFC 6376 §3.3.3 and RFC 8463. Mail carries a signature of each; those who do not know the second skip it.
enum class Algorithm { rsa, ed25519 };

enum class State { announced, signing, retired };

std::string_view name(Algorithm algorithm);
std::string_view name(State state);

/// Whether this can be the selector of a key here: what a DNS label and a file's name can hold.
bool is_selector(std::string_view text);

struct Key {
    std::string selector;
    Algorithm algorithm = Algorithm::rsa;
    State state = State::signing;
    base::SystemTime since = {};  ///< of the state
    bool operator==(const Key&) const = default;
};

/// Mail may wait five days in a queue and be verified when it is read; a month is generous.
constexpr std::chrono::days retirement{30};

class Ring {
  public:
    /// `base` is the selector the operator chose; names of later keys begin with it.
    explicit Ring(std::string base) : base_(std::move(base)) {}

    const std::string& base() const { return base_; }
    const std::vector<Key>& keys() const { return keys_; }
    const Key* find(std::string_view selector) const;
    bool has(Algorithm algorithm, State state) const;

    /// The operator chose another selector.
    void rename(std::string base) { base_ = std::move(base); }
    void add(Key key) { keys_.push_back(std::move(key)); }
    /// A selector that is in no use: `base`, with the algorithm when it is not RSA, with a number when it is taken.
    std::string free_selector(Algorithm algorithm) const;
    /// The same with the day of `now` in it.
    std::string dated_selector(Algorithm algorithm, base::SystemTime now) const;
    /// The key signs from now on, those of its algorithm that did before retire; false when there is no such key.
    bool take_over(std::string_view selector, base::SystemTime now);
    /// A signing key whose file was lost begins again.
    bool announce_again(std::string_view selector, base::SystemTime now);
    /// Lets go of the keys that have been retired long enough; true when there were any.
    bool forget(base::SystemTime now);

    bool operator==(const Ring&) const = default;

  private:
    Key* known(std::string_view selector);
    std::string free_selector(std::string begin, Algorithm algorithm) const;

    std::string base_;
    std::vector<Key> keys_;
};

/// As it stands in the workspace (JSON), and back; an error when the text is something else.
std::string to_text(const Ring& ring);
base::Result<Ring> parse_ring(std::string_view text);

}  // namespace dkim
