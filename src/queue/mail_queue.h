#pragma once
/// Postfix' queue by Postfix' own commands: what is in it, and what an operator does to it.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"

namespace queue {

struct Recipient {
    std::string address;
    std::string delay_reason;  ///< why the last try failed; empty when there was none
    bool operator==(const Recipient&) const = default;
};

struct Mail {
    std::string id;
    std::string state;  ///< Postfix' name of the queue: "incoming", "active", "deferred" or "hold"
    base::SystemTime arrived;
    std::uint64_t size = 0;  ///< octets
    std::string sender;      ///< empty: the null sender
    std::vector<Recipient> recipients;
    bool operator==(const Mail&) const = default;
};

/// Mail in it waits without end; Postfix never looks at it by itself.
constexpr std::string_view on_hold = "hold";

/// The mail in what `postqueue -j` printed (an object a line), oldest first; of one state only, when it is named.
std::vector<Mail> parse(std::string_view printed, std::string_view state = {});

/// The login a mail was submitted with, by the envelope `postcat -qe` printed; empty when without one.
std::string submitter(std::string_view printed);

/// Whether a word has the form of a queue id, so that it cannot be anything else to Postfix' commands.
bool is_queue_id(std::string_view word);

/// What of a mail is to be shown.
enum class Part { envelope, headers, all };

/// Runs Postfix' commands, as root, where its queue is. Ids of mail that is gone by now are no error, and neither are
/// words that are no ids.
class MailQueue {
  public:
    virtual ~MailQueue() = default;
    /// Oldest first; of one state only, when it is named.
    virtual base::Result<std::vector<Mail>> list(std::string_view state = {}) const;
    /// The login it was submitted with; empty when nobody knows.
    virtual std::string submitter_of(const std::string& id) const;
    /// As postcat(1) prints it. not_found when there is no such mail.
    virtual base::Result<std::string> show(const std::string& id, Part part) const;
    virtual base::Result<> hold(const std::vector<std::string>& ids) const;
    /// Ends their hold: delivery is tried at once.
    virtual base::Result<> release(const std::vector<std::string>& ids) const;
    /// Only while they are in that state, when it is named.
    virtual base::Result<> remove(const std::vector<std::string>& ids, std::string_view state = {}) const;
    /// Has delivery tried now, of one mail or of all.
    virtual base::Result<> flush(const std::optional<std::string>& id) const;
};

}  // namespace queue
