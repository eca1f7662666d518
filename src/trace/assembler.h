#pragma once
/// From the engines' log lines to facts about mails: adds to a line what earlier lines of the same session said. Pure;
/// one object belongs to one thread at a time.
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "maillog/line.h"
#include "trace/fact.h"

namespace trace {

class Assembler {
  public:
    /// The fact an event tells of; nothing for one that is of no interest here.
    std::optional<Fact> read(const maillog::Entry& entry, Moment moment);

  private:
    /// TLS of the session a process of Postfix' has just now.
    struct Tls {
        std::string peer, words;
    };

    std::optional<Fact> fact_of(const maillog::Entry& entry);
    void note_session(const maillog::Entry& entry);
    std::string tls_of(const maillog::Entry& entry, std::string_view peer) const;
    Fact accepted(const maillog::Entry& entry, const maillog::Accepted& event) const;
    Fact refused(const maillog::Entry& entry, const maillog::Refused& event) const;
    Fact delivery(const maillog::Entry& entry, const maillog::Delivery& event);
    std::optional<Fact> stored(const maillog::Stored& event);
    std::optional<Fact> queued(const maillog::Entry& entry, const maillog::Queued& event);

    std::map<std::uint64_t, Tls> sessions_;                             ///< process id → its TLS
    std::unordered_map<std::string, std::vector<std::string>> stored_;  ///< Dovecot's session → what it did
    std::unordered_map<std::string, std::string> delivered_;            ///< Dovecot's session → queue id
    std::unordered_set<std::string> queued_;                            ///< mails that were told to be in the queue
};

}  // namespace trace
