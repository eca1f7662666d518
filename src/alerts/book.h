#pragma once
/// Which alerts fire, and what of that somebody has yet to be told. Pure: times come in, and it goes to a file and back
/// as JSON, so that a restart tells nothing twice and forgets nothing.
#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "alerts/alert.h"
#include "base/clock.h"
#include "json/json.h"

namespace alerts {

/// What became of an alert.
enum class What {
    fired,
    reminded,  ///< it still fires
    resolved,
    unreported,  ///< nobody reports it any more, so nobody knows
};

struct Change {
    What what = What::fired;
    Alert alert;
    base::SystemTime time{};
    bool operator==(const Change&) const = default;
};

/// Whom changes are told, each on its own.
enum class Channel { mail, webhook };

class Book {
  public:
    static constexpr std::chrono::hours reminder{24};
    static constexpr std::chrono::minutes patience{5};  ///< behind an alert's end, before it counts as unreported
    static constexpr std::size_t most_firing = 1000;
    static constexpr std::size_t most_untold = 200;  ///< of a channel; then the oldest are dropped

    /// The channels that changes are kept for.
    explicit Book(std::vector<Channel> channels) : channels_(std::move(channels)) {}

    /// Takes a report up. True when anything is new, and so worth to be written.
    bool take(const std::vector<Alert>& report, base::SystemTime now);
    /// Notices what is not reported any more. True as above.
    bool look(base::SystemTime now);

    std::vector<Change> untold(Channel channel) const;
    /// The first `count` of them have been told.
    void told(Channel channel, std::size_t count);

    /// The firing ones, the longest first.
    std::vector<Alert> firing() const;

    json::Value to_json() const;
    /// Replaces the content; what is no such JSON is an empty book. Changes for other channels are dropped.
    void read(const json::Value& value);

  private:
    struct Entry {
        Alert alert;
        base::SystemTime told{};  ///< when somebody was last to be told
    };
    void add(What what, const Alert& alert, base::SystemTime now);

    std::vector<Channel> channels_;
    std::map<std::map<std::string, std::string>, Entry> firing_;  ///< by labels
    std::map<Channel, std::vector<Change>> untold_;
};

}  // namespace alerts
