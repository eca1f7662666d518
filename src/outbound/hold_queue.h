#pragma once
/// Postfix' hold queue: what is in it, and letting mail go or deleting it. Mail there waits without end; Postfix never
/// looks at it by itself.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"

namespace outbound {

struct QueuedMail {
    std::string queue_id;
    base::SystemTime arrived;
    std::uint64_t size = 0;  ///< octets
    std::string sender;      ///< empty: the null sender
    std::vector<std::string> recipients;
    bool operator==(const QueuedMail&) const = default;
};

/// The mail on hold in what `postqueue -j` printed: an object a line.
std::vector<QueuedMail> parse_queue(std::string_view printed);

/// The login a mail was submitted with, by the envelope `postcat -qe` printed; empty when without one.
std::string submitter(std::string_view printed);

/// Runs Postfix' own commands, as root, where its queue is.
class HoldQueue {
  public:
    virtual ~HoldQueue() = default;
    virtual base::Result<std::vector<QueuedMail>> list() const;
    /// The login it was submitted with; empty when nobody knows.
    virtual std::string submitter_of(const std::string& queue_id) const;
    /// Lets them go: delivery is tried at once.
    virtual base::Result<> release(const std::vector<std::string>& queue_ids) const;
    virtual base::Result<> remove(const std::vector<std::string>& queue_ids) const;
};

/// Whether a word has the form of a queue id, so that it cannot be anything else to Postfix' commands.
bool is_queue_id(std::string_view word);

}  // namespace outbound
